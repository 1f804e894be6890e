package io.slipway.onnx;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The [ReusableTensors] of one graph that no run uses just now: as many as there ever were runs at
/// once. No lock.
final class ReusableTensorsPool implements AutoCloseable {
  private final Supplier<@Nullable ReusableTensors> opener;
  private final Queue<ReusableTensors> free = new ConcurrentLinkedQueue<>();
  private volatile boolean none;
  private volatile boolean closed;

  /// @param opener gives null where there can be none
  ReusableTensorsPool(Supplier<@Nullable ReusableTensors> opener) {
    this.opener = opener;
  }

  /// Tensors to be given [#back]; null where the graph can have none.
  @Nullable ReusableTensors take() {
    if (none) {
      return null;
    }
    ReusableTensors tensors = free.poll();
    if (tensors == null) {
      tensors = opener.get();
      none = tensors == null;
    }
    return tensors;
  }

  void back(ReusableTensors tensors) {
    free.add(tensors);
    if (closed || none) {
      empty();
    }
  }

  /// There will be none any more, as the graph does not keep to its sizes.
  void abolish() {
    none = true;
    empty();
  }

  private void empty() {
    for (ReusableTensors tensors = free.poll(); tensors != null; tensors = free.poll()) {
      tensors.close();
    }
  }

  /// Closes all; those that are taken when they come back.
  @Override
  public void close() {
    closed = true;
    empty();
  }
}
