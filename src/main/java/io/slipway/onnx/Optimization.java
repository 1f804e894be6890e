package io.slipway.onnx;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.util.Locale;

/// How far ONNX Runtime optimises a graph when it opens it. Less is slower, but correct where the
/// optimisation breaks a valid graph.
public enum Optimization {
  ALL(OptLevel.ALL_OPT),
  EXTENDED(OptLevel.EXTENDED_OPT),
  BASIC(OptLevel.BASIC_OPT),
  NONE(OptLevel.NO_OPT);

  private final OptLevel level;

  Optimization(OptLevel level) {
    this.level = level;
  }

  OptLevel level() {
    return level;
  }

  /// Its name in reports, in lower case.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The value with this name.
  ///
  /// @throws IllegalArgumentException where there is none
  public static Optimization of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
