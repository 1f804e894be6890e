package io.slipway.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A probe that reads memory which is not there, as a kernel with a fault does.
public final class CrashingProbe {
  private static final long NOWHERE = 1L << 44;

  private CrashingProbe() {}

  @SuppressWarnings("restricted")
  public static void main(String... args) {
    System.out.println("stage opening a fault");
    MemorySegment nothing = MemorySegment.ofAddress(NOWHERE).reinterpret(8);
    System.out.println(nothing.get(ValueLayout.JAVA_LONG, 0));
  }
}
