package io.slipway.onnx;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The free [ReusableTensors] of one graph; it grows to the largest number of concurrent runs.
/// Lock-free.
final class ReusableTensorsPool implements AutoCloseable {
  private final Supplier<@Nullable ReusableTensors> opener;
  private final Queue<ReusableTensors> free = new ConcurrentLinkedQueue<>();
  private volatile boolean none;
  private volatile boolean closed;

  /// @param opener returns null where the graph cannot have any
  ReusableTensorsPool(Supplier<@Nullable ReusableTensors> opener) {
    this.opener = opener;
  }

  /// Tensors, to be returned with [#back]; null where the graph cannot have any.
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

  /// Disables the pool, as the graph's outputs do not have their declared sizes.
  void abolish() {
    none = true;
    empty();
  }

  private void empty() {
    for (ReusableTensors tensors = free.poll(); tensors != null; tensors = free.poll()) {
      tensors.close();
    }
  }

  /// Closes all tensors; those in use when they are returned.
  @Override
  public void close() {
    closed = true;
    empty();
  }
}
