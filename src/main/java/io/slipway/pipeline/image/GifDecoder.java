package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.RefusedInput;
import org.jspecify.annotations.Nullable;

/// Decodes a frame of a GIF, composed with the frames before it as in Pillow.
final class GifDecoder {
  private final Octets in;
  private final GifBlocks blocks;
  private final int maxPixels;

  /// The composed screen, in RGB and alpha.
  private Raster screen;

  private GifDecoder(Octets in, int maxPixels) {
    this.in = in;
    this.maxPixels = maxPixels;
    blocks = new GifBlocks(in);
    screen = new Raster(0, 0, 4, new byte[0]);
  }

  /// The size of the first frame's screen, which its image may enlarge.
  static ImageHeader header(Octets in) {
    GifBlocks blocks = new GifBlocks(in);
    GifBlocks.Image first = blocks.next();
    if (first == null) {
      throw Corrupt.image("the GIF has no image");
    }
    return new ImageHeader(
        ImageHeader.Format.GIF,
        Math.max(blocks.width, first.left() + first.width()),
        Math.max(blocks.height, first.top() + first.height()));
  }

  /// @param frame the index, from 0
  /// @param alpha whether to keep transparency
  static Raster decode(Octets in, int frame, boolean alpha, int maxPixels) {
    return new GifDecoder(in, maxPixels).decode(frame, alpha);
  }

  private Raster decode(int wanted, boolean alpha) {
    boolean clear = false;
    GifBlocks.Image below = null;
    Raster kept = null;
    for (int frame = 0; ; frame++) {
      GifBlocks.Image image = blocks.next();
      if (image == null) {
        throw Corrupt.image("the GIF has no frame " + wanted);
      }
      if (below != null) {
        dispose(below, kept, frame == 1);
      }
      grow(image, frame == 0);
      if (frame == 0) {
        clear = image.transparent() >= 0;
        fill(image, Math.max(0, image.transparent()), 0, 0, screen.width(), screen.height());
      }
      kept = image.disposal() == 3 && frame > 0 && frame < wanted ? copy(image) : null;
      paint(image, frame == 0);
      if (frame == wanted) {
        return result(alpha && clear);
      }
      below = image;
    }
  }

  private Raster result(boolean alpha) {
    if (alpha) {
      return screen;
    }
    Raster opaque = Raster.blank(screen.width(), screen.height(), 3);
    for (int from = 0, to = 0; to < opaque.samples().length; from += 4, to += 3) {
      System.arraycopy(screen.samples(), from, opaque.samples(), to, 3);
    }
    return opaque;
  }

  /// Enlarges the screen where the image extends beyond it.
  private void grow(GifBlocks.Image image, boolean first) {
    int width = Math.max(first ? blocks.width : screen.width(), image.left() + image.width());
    int height = Math.max(first ? blocks.height : screen.height(), image.top() + image.height());
    if (width == screen.width() && height == screen.height()) {
      return;
    }
    if ((long) width * height > maxPixels) {
      throw new RefusedInput.TooLarge(
          "the image has " + (long) width * height + " pixels; at most " + maxPixels);
    }
    Raster larger = Raster.blank(width, height, 4);
    for (int y = 0; y < screen.height(); y++) {
      System.arraycopy(
          screen.samples(),
          y * screen.width() * 4,
          larger.samples(),
          y * width * 4,
          screen.width() * 4);
    }
    screen = larger;
  }

  /// Applies the disposal of the previous image, before the next is painted.
  private void dispose(GifBlocks.Image below, @Nullable Raster kept, boolean first) {
    if (below.disposal() < 2) {
      return;
    }
    boolean clear = below.transparent() >= 0;
    if (below.disposal() == 2) {
      int index = clear ? below.transparent() : blocks.background;
      fill(below, index, below.left(), below.top(), below.width(), below.height());
    } else if (kept != null) {
      for (int y = 0; y < kept.height(); y++) {
        System.arraycopy(
            kept.samples(), y * kept.width() * 4, screen.samples(), at(below, y), kept.width() * 4);
      }
    } else if (first && clear) {
      fill(below, below.transparent(), below.left(), below.top(), below.width(), below.height());
    }
  }

  private int at(GifBlocks.Image image, int row) {
    return ((image.top() + row) * screen.width() + image.left()) * 4;
  }

  private Raster copy(GifBlocks.Image image) {
    Raster copy = Raster.blank(image.width(), image.height(), 4);
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(
          screen.samples(), at(image, y), copy.samples(), y * image.width() * 4, image.width() * 4);
    }
    return copy;
  }

  private void fill(GifBlocks.Image image, int index, int left, int top, int width, int height) {
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        put(image, index, (y * screen.width() + x) * 4);
      }
    }
  }

  private void put(GifBlocks.Image image, int index, int to) {
    byte[] palette = image.palette();
    byte[] out = screen.samples();
    for (int c = 0; c < 3; c++) {
      out[to + c] = palette == null ? (byte) index : palette[index * 3 + c];
    }
    out[to + 3] = (byte) (index == image.transparent() ? 0 : 255);
  }

  private void paint(GifBlocks.Image image, boolean first) {
    byte[] indices = Lzw.decode(in, image.dataAt(), image.width() * image.height());
    int from = 0;
    for (int pass = 0; pass < (image.interlaced() ? 4 : 1); pass++) {
      int start = pass == 0 ? 0 : 8 >> pass;
      int step = !image.interlaced() ? 1 : pass == 0 ? 8 : 16 >> pass;
      for (int y = start; y < image.height(); y += step) {
        int to = at(image, y);
        for (int x = 0; x < image.width(); x++, to += 4) {
          int index = indices[from++] & 0xff;
          if (first || index != image.transparent()) {
            put(image, index, to);
          }
        }
      }
    }
  }
}
