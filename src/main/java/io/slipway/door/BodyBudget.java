package io.slipway.door;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds what all bodies in memory, and what they are unfolded to, occupy together. A quarter is
/// kept for small ones, so that nobody keeps others out by large ones.
@Singleton
public final class BodyBudget {
  /// As large as what other callers send, who have nothing to do with those of large bodies.
  private static final long SMALL = 64 << 10;

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
    return take(bytes, bytes);
  }

  /// As [#take(long)], where `bytes` are a part of what takes `whole` up to now.
  public boolean take(long bytes, long whole) {
    long room = whole <= SMALL ? most : most - most / 4;
    if (taken.addAndGet(bytes) > room) {
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
