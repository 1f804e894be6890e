package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicBoolean;

/// The right to use a version until [#close], however often traffic is moved meanwhile. Closing
/// twice does nothing.
public final class Lease implements AutoCloseable {
  private final Route route;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param route with a lifetime that was entered for this lease
  public Lease(Route route) {
    this.route = route;
  }

  public Servable servable() {
    return route.servable();
  }

  /// Counts how requests by this way end.
  public RequestCounters counters() {
    return route.counters();
  }

  /// Another lease of the same version, by the same way; while this one is held.
  public Lease again() {
    if (closed.get() || !route.servable().lifetime().enter()) {
      throw new IllegalStateException("the lease is closed");
    }
    return new Lease(route);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      route.servable().lifetime().leave();
    }
  }
}
