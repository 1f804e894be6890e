package io.slipway.serving;

/// Names one version of one model.
public record VersionId(String model, int number) {
  @Override
  public String toString() {
    return model + "/" + number;
  }
}
