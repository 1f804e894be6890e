package io.slipway.door;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds what all bodies in memory, and what they are unfolded to, occupy together.
@Singleton
public final class BodyBudget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  @Inject
  BodyBudget(GatewayConfig config) {
    this(
        config
            .maxBodies()
            .map(size -> size.asLongValue())
            .orElse(Runtime.getRuntime().maxMemory() / 4));
  }

  /// @param most in bytes
  public BodyBudget(long most) {
    this.most = most;
  }

  /// @return false where there is no room
  public boolean take(long bytes) {
    if (taken.addAndGet(bytes) > most) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  public void back(long bytes) {
    taken.addAndGet(-bytes);
  }

  /// What is taken now, in bytes.
  public long taken() {
    return taken.get();
  }
}
