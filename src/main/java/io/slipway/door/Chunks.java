package io.slipway.door;

import io.slipway.serving.run.Call;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/// Predicts the parts of one stream, each a call of its own, all by the same version, which is kept
/// until [#close].
public final class Chunks implements AutoCloseable {
  private final Dispatcher dispatcher;
  private final Lease lease;
  private final Duration timeout;

  /// @param timeout the longest that one part may take
  Chunks(Dispatcher dispatcher, Lease lease, Duration timeout) {
    this.dispatcher = dispatcher;
    this.lease = lease;
    this.timeout = timeout;
  }

  /// The version that predicts.
  public Servable servable() {
    return lease.servable();
  }

  /// Says in the headers which version answers.
  public void version(HttpServerResponse response) {
    HttpCall.version(response, lease.servable());
  }

  /// Has `chunk` predicted.
  ///
  /// @return false where the version has too much to do; nothing has happened then
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
