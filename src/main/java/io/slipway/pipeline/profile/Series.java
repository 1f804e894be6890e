package io.slipway.pipeline.profile;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import org.jspecify.annotations.Nullable;

/// A property of objects that can be watched, and how it is read from a row after the steps and its
/// decision. Reading allocates nothing.
public sealed interface Series {
  String name();

  Origin origin();

  /// A number.
  ///
  /// @param text the name of the text that it measures; null where it is a number itself
  record Measured(String name, Origin origin, @Nullable String text, ToNumber number)
      implements Series {}

  /// A word.
  ///
  /// @param closed whether its values are a small set by declaration
  record Named(String name, Origin origin, boolean closed, ToText text) implements Series {}

  /// A property of which only the presence is watched.
  ///
  /// @param why in one word, such as `pii`
  record Hidden(String name, Origin origin, String why, ToNumber present) implements Series {}

  /// Reads a number; NaN or an infinity where it is missing.
  @FunctionalInterface
  interface ToNumber {
    double of(Frame frame, Prediction prediction);
  }

  /// Reads a text; null where it is missing.
  @FunctionalInterface
  interface ToText {
    @Nullable String of(Frame frame, Prediction prediction);
  }
}
