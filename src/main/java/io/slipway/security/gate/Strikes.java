package io.slipway.security.gate;

import io.slipway.security.RateLimit;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Wrong credentials by address: [#BURST] at once, then one in six seconds. A fixed number of
/// places, to which addresses are scattered by a secret number; those that meet in one share it. A
/// right credential is never held up, as 256 random bits are not found by trying: what is bounded
/// is the noise.
@Singleton
final class Strikes {
  static final int BURST = 20;
  private static final double RATE = 1.0 / 6;
  private static final int PLACES = 4_096;

  private final AtomicReferenceArray<@Nullable RateLimit> places =
      new AtomicReferenceArray<>(PLACES);
  private final int seed = ThreadLocalRandom.current().nextInt();

  /// Notes one of the address that `request` comes from.
  ///
  /// @return 0 where it is one of those that are borne, else how many nanoseconds to wait
  long strike(HttpServerRequest request) {
    SocketAddress from = request.remoteAddress();
    String host = from == null ? null : from.hostAddress();
    return strike(host == null ? "" : host);
  }

  private long strike(String address) {
    int place = Math.floorMod((network(address) + seed).hashCode() * 0x9E3779B9, PLACES);
    RateLimit limit = places.get(place);
    if (limit == null) {
      RateLimit fresh = new RateLimit(RATE, BURST, System.nanoTime());
      limit = places.compareAndSet(place, null, fresh) ? fresh : places.get(place);
    }
    return limit == null ? 0 : limit.take(System.nanoTime());
  }

  /// Of IPv6 the first 64 bits: the rest is anyone's to choose.
  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    int end = -1;
    for (int group = 0; group < 4; group++) {
      int colon = address.indexOf(':', end + 1);
      if (colon < 0 || colon == end + 1) {
        return address;
      }
      end = colon;
    }
    return address.substring(0, end);
  }
}
