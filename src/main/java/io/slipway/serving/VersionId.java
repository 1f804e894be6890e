package io.slipway.serving;

/// The name of a model version: the model and the version's number.
public record VersionId(String model, int number) {
  @Override
  public String toString() {
    return model + "/" + number;
  }
}
