package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The right to use a version until [#close], even if traffic is moved to another one meanwhile.
/// Closing is idempotent.
public final class Lease implements AutoCloseable {
  private final Choice choice;
  private final Servable servable;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param choice that led to the version
  /// @param servable the version, whose lifetime was entered for this lease
  private Lease(Choice choice, Servable servable) {
    this.choice = choice;
    this.servable = servable;
  }

  /// A lease of the chosen version.
  ///
  /// @return null where no version was chosen, or where it has been retired since
  public static @Nullable Lease of(Choice choice) {
    Servable servable = choice.servable();
    return servable != null && servable.lifetime().enter() ? new Lease(choice, servable) : null;
  }

  public Servable servable() {
    return servable;
  }

  /// The choice that led to the version.
  public Choice choice() {
    return choice;
  }

  /// Another lease of the same version by the same choice; only while this one is open.
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
