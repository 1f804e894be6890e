package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The right to use a version until [#close], however often traffic is moved meanwhile. Closing
/// twice does nothing.
public final class Lease implements AutoCloseable {
  private final Choice choice;
  private final Servable servable;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param choice of a version
  /// @param servable that version, whose lifetime was entered for this lease
  private Lease(Choice choice, Servable servable) {
    this.choice = choice;
    this.servable = servable;
  }

  /// A lease of what was chosen.
  ///
  /// @return null where nothing was chosen, or where it was retired since
  public static @Nullable Lease of(Choice choice) {
    Servable servable = choice.servable();
    return servable != null && servable.lifetime().enter() ? new Lease(choice, servable) : null;
  }

  public Servable servable() {
    return servable;
  }

  /// Why it is this version.
  public Choice choice() {
    return choice;
  }

  /// Another lease of the same version, by the same choice; while this one is held.
  public Lease again() {
    if (closed.get() || !servable.lifetime().enter()) {
      throw new IllegalStateException("the lease is closed");
    }
    return new Lease(choice, servable);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      servable.lifetime().leave();
    }
  }
}
