package io.slipway.pipeline.image;

/// A rectangle of an image in fractional pixels, in single precision as in Pillow.
record Box(float left, float top, float right, float bottom) {

  static Box whole(int width, int height) {
    return new Box(0, 0, width, height);
  }
}
