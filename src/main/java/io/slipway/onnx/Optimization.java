package io.slipway.onnx;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.util.Locale;

/// How far ONNX Runtime rewrites a graph as it opens it. Less is slower, and right where the
/// rewriting itself breaks a valid graph.
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

  /// Its name in checks, in lower case.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The one of that name.
  ///
  /// @throws IllegalArgumentException where there is none
  public static Optimization of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
