package io.slipway.onnx;

import java.lang.foreign.Arena;

/// A probe that takes memory outside of the heap, bit by bit, and never ends.
public final class GreedyProbe {
  private GreedyProbe() {}

  public static void main(String... args) throws InterruptedException {
    System.out.println("stage eating");
    for (int i = 0; i < 1_000; i++) {
      Arena.global().allocate(16 << 20).fill((byte) 1);
      Thread.sleep(1);
    }
    Thread.currentThread().join();
  }
}
