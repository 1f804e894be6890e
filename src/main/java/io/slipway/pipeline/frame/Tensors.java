package io.slipway.pipeline.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Makes room for tensors.
public final class Tensors {
  private Tensors() {}

  /// A direct buffer in native order.
  ///
  /// @throws RefusedInput.TooLarge over 2 GiB
  public static ByteBuffer direct(long bytes) {
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new RefusedInput.TooLarge("a tensor of " + bytes + " bytes is too large");
    }
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
  }
}
