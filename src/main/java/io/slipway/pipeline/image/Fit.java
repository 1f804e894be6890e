package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.Objects;

/// A resize operation: which part of the image is used, and how it is scaled. `fit` is `stretch`,
/// `crop` (Pillow's `ImageOps.fit`), `pad` (`ImageOps.pad`, with a black border) or `shorter`
/// (torchvision's `Resize` with one number: the shorter side becomes `width`).
record Fit(int width, int height, Filter filter, String algorithm, String fit) {
  private static final long MOST_PIXELS = 100_000_000;

  Pixels apply(Pixels in) {
    return switch (fit) {
      case "crop" ->
          algorithm.equals("pil") ? cropped(in) : Framing.center(covering(in), width, height);
      case "pad" -> padded(in);
      case "shorter" -> shorter(in);
      default -> scaled(in, width, height);
    };
  }

  private Pixels scaled(Pixels in, long toWidth, long toHeight) {
    if (toWidth * toHeight > MOST_PIXELS) {
      throw new RefusedInput.TooLarge(
          "an image of " + in.width() + " × " + in.height() + " is too narrow to be resized");
    }
    if (!algorithm.equals("pil")) {
      boolean antialias = algorithm.equals("torch_antialias");
      return TorchResampler.resize(in, (int) toWidth, (int) toHeight, filter, antialias);
    }
    return scaled(in, (int) toWidth, (int) toHeight, Box.whole(in.width(), in.height()));
  }

  private Pixels scaled(Pixels in, int toWidth, int toHeight, Box box) {
    byte[] bytes = Objects.requireNonNull(in.bytes());
    Raster raster = new Raster(in.width(), in.height(), in.channels(), bytes);
    Raster out = Resampler.resize(raster, toWidth, toHeight, filter, box);
    return Pixels.of(out.width(), out.height(), out.channels(), out.samples());
  }

  private Pixels cropped(Pixels in) {
    double has = (double) in.width() / in.height();
    double wants = (double) width / height;
    double boxWidth = has > wants ? wants * in.height() : in.width();
    double boxHeight = has < wants ? in.width() / wants : in.height();
    double left = (in.width() - boxWidth) * 0.5;
    double top = (in.height() - boxHeight) * 0.5;
    return scaled(
        in,
        width,
        height,
        new Box((float) left, (float) top, (float) (left + boxWidth), (float) (top + boxHeight)));
  }

  /// Scales the image so that it covers the size.
  private Pixels covering(Pixels in) {
    double scale = Math.max((double) width / in.width(), (double) height / in.height());
    return scaled(
        in,
        Math.max(width, Math.round(in.width() * scale)),
        Math.max(height, Math.round(in.height() * scale)));
  }

  private Pixels padded(Pixels in) {
    double has = (double) in.width() / in.height();
    double wants = (double) width / height;
    int toWidth = width;
    int toHeight = height;
    if (has > wants) {
      toHeight = (int) Math.rint((double) in.height() / in.width() * width);
    } else if (has < wants) {
      toWidth = (int) Math.rint((double) in.width() / in.height() * height);
    }
    if (toWidth == 0 || toHeight == 0) {
      return Framing.window(in, in.width(), 0, width, height, 0); // too narrow to be visible: black
    }
    Pixels inner = scaled(in, toWidth, toHeight);
    int left = (int) Math.rint((width - toWidth) * 0.5);
    int top = toWidth != width ? 0 : (int) Math.rint((height - toHeight) * 0.5);
    return Framing.window(inner, -left, -top, width, height, 0);
  }

  private Pixels shorter(Pixels in) {
    boolean upright = in.width() <= in.height();
    long longer =
        upright ? (long) width * in.height() / in.width() : (long) width * in.width() / in.height();
    return upright ? scaled(in, width, longer) : scaled(in, longer, width);
  }
}
