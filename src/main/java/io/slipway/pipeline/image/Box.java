package io.slipway.pipeline.image;

/// A part of an image, in pixels, with fractions in single precision as Pillow keeps them.
record Box(float left, float top, float right, float bottom) {

  static Box whole(int width, int height) {
    return new Box(0, 0, width, height);
  }
}
