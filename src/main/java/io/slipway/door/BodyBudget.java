package io.slipway.door;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// A limit on the memory of all request bodies together, including what they are decoded to. A
/// quarter is reserved for small bodies, so that large ones cannot lock other callers out.
@Singleton
public final class BodyBudget {
  /// The largest size that counts as small, in bytes.
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

  /// @param most the limit in bytes
  public BodyBudget(long most) {
    this.most = most;
  }

  /// @return false where the budget is exhausted; nothing is reserved then
  public boolean take(long bytes) {
    return take(bytes, bytes);
  }

  /// As [#take(long)], where `bytes` belong to a request that has reserved `whole` so far.
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

  /// The bytes that are reserved now.
  public long taken() {
    return taken.get();
  }
}
