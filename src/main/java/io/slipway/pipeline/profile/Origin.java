package io.slipway.pipeline.profile;

/// Where a watched property comes from.
public enum Origin {
  /// A field of the object.
  FIELD("field"),
  /// A column that a step writes.
  STEP("step"),
  /// The decision.
  OUTPUT("output");

  private final String word;

  Origin(String word) {
    this.word = word;
  }

  /// Its name in JSON.
  public String word() {
    return word;
  }

  static Origin of(String word) {
    for (Origin origin : values()) {
      if (origin.word.equals(word)) {
        return origin;
      }
    }
    throw new IllegalArgumentException("there is no origin \"" + word + "\"");
  }
}
