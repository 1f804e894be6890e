package io.slipway.serving;

import java.util.Locale;

/// The version that a caller asks for: by stage, alias or number.
public sealed interface Selector {
  /// The selector of a call that names no version.
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

  /// The version that an alias points to.
  record Alias(String name) implements Selector {
    @Override
    public String toString() {
      return "alias " + name;
    }
  }

  /// A version by its number.
  record Version(int number) implements Selector {
    @Override
    public String toString() {
      return "version " + number;
    }
  }
}
