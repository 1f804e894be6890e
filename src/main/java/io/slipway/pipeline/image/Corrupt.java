package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.RefusedInput;

/// The refusal of an image that cannot be decoded.
final class Corrupt {
  private Corrupt() {}

  static RefusedInput.Invalid image(String message) {
    return new RefusedInput.Invalid("", "corrupt", message);
  }
}
