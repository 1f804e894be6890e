package io.slipway.pipeline.image;

import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32;

/// Any bytes as an image: decoded or refused. The check sums of a PNG are mended first, as no
/// mutation would get past them.
public final class ImageFuzz {
  private static final long PNG = 0x89504E470D0A1A0AL;

  private static final InputSchema.Image LIMITS =
      new InputSchema.Image(
          List.of("image/png", "image/jpeg", "image/gif", "image/bmp"), 1 << 20, 1 << 20);

  private ImageFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    byte[] image = data.clone();
    mend(ByteBuffer.wrap(image));
    for (int ground : new int[] {-1, 255}) {
      try {
        Pixels pixels =
            new ImageDecoder(LIMITS, ImageDecoder.Color.RGB, true, ground, 0).decode(image);
        if (pixels.bytes().length != pixels.width() * pixels.height() * pixels.channels()) {
          throw new AssertionError("as many samples as pixels");
        }
      } catch (RefusedInput refused) {
        continue;
      }
    }
  }

  private static void mend(ByteBuffer image) {
    if (image.remaining() < 8 || image.getLong(0) != PNG) {
      return;
    }
    int at = 8;
    while (at + 12 <= image.capacity()) {
      int length = image.getInt(at);
      if (length < 0 || length > image.capacity() - at - 12) {
        return;
      }
      CRC32 sum = new CRC32();
      sum.update(image.array(), at + 4, length + 4);
      image.putInt(at + 8 + length, (int) sum.getValue());
      at += 12 + length;
    }
  }
}
