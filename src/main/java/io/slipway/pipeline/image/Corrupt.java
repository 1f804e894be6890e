package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.RefusedInput;

/// How an image that can't be decoded is refused.
final class Corrupt {
  private Corrupt() {}

  static RefusedInput.Invalid image(String message) {
    return new RefusedInput.Invalid("", "corrupt", message);
  }
}
