package io.slipway.security.gate;

import io.slipway.security.RateLimit;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A limit on wrong credentials by address: [#BURST] at once, then one in six seconds. Addresses
/// are hashed with a secret seed into a fixed number of buckets; those in one bucket share its
/// limit. Valid credentials are never limited, as 256 random bits cannot be guessed; the limit only
/// reduces load.
@Singleton
final class Strikes {
  static final int BURST = 20;
  private static final double RATE = 1.0 / 6;
  private static final int PLACES = 4_096;

  private final AtomicReferenceArray<@Nullable RateLimit> places =
      new AtomicReferenceArray<>(PLACES);
  private final int seed = ThreadLocalRandom.current().nextInt();

  /// Counts one for the address of `request`.
  ///
  /// @return 0 within the limit; otherwise the wait in nanoseconds
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

  /// For IPv6 the first 64 bits: a client can choose the rest freely.
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
