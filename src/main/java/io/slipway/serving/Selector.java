package io.slipway.serving;

import java.util.Locale;

/// Which version of a model a caller asks for.
public sealed interface Selector {
  /// What a call that names no version gets.
  Selector PRODUCTION = new Stage("production");

  /// The version that a stage points to.
  ///
  /// @param name in any case; kept in lower case
  record Stage(String name) implements Selector {
    public Stage {
      name = name.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return "stage " + name;
    }
  }

  /// The version that a label points to.
  record Alias(String name) implements Selector {
    @Override
    public String toString() {
      return "alias " + name;
    }
  }

  /// One version by its number.
  record Version(int number) implements Selector {
    @Override
    public String toString() {
      return "version " + number;
    }
  }
}
