package io.slipway.onnx;

/// A probe that never ends and never stops talking.
public final class TalkativeProbe {
  private TalkativeProbe() {}

  public static void main(String... args) {
    while (true) {
      System.out.println("stage talking");
      System.err.println("{\"findings\": []}");
    }
  }
}
