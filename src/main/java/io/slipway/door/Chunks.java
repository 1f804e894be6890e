package io.slipway.door;

import io.slipway.serving.run.Call;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/// Predicts the parts of one stream, each as a call of its own. All use the same version, whose
/// lease is held until [#close].
public final class Chunks implements AutoCloseable {
  private final Dispatcher dispatcher;
  private final Lease lease;
  private final Duration timeout;

  /// @param timeout the time limit of one part
  Chunks(Dispatcher dispatcher, Lease lease, Duration timeout) {
    this.dispatcher = dispatcher;
    this.lease = lease;
    this.timeout = timeout;
  }

  /// The version that predicts.
  public Servable servable() {
    return lease.servable();
  }

  /// Writes the headers that name the version.
  public void version(HttpServerResponse response) {
    HttpCall.version(response, lease.servable());
  }

  /// Submits `chunk` for prediction.
  ///
  /// @return false where the version is overloaded; the chunk is not submitted then
  public boolean offer(Call chunk) {
    long now = System.nanoTime();
    Lease own = lease.again();
    if (dispatcher.offer(own, chunk, now, now + timeout.toNanos())) {
      return true;
    }
    own.close();
    return false;
  }

  @Override
  public void close() {
    lease.close();
  }
}
