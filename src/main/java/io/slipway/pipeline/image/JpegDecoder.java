package io.slipway.pipeline.image;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// Decodes JPEG, baseline and progressive, to the same bytes as Pillow (libjpeg).
///
/// The JDK's reader decodes the components; this class converts colours with libjpeg's fixed-point
/// formulas. So that the reader does not guess colour spaces and profiles, it gets the file without
/// application segments and with an Adobe marker that means "as stored".
final class JpegDecoder {
  /// Adobe's APP14 segment with transform 0: components are stored unchanged.
  private static final byte[] AS_STORED = {
    (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  /// libjpeg's warning about padding between segments, which is harmless.
  private static final String PADDING = "extraneous bytes before marker";

  private static final ImageReaderSpi SPI = spi();

  private JpegDecoder() {}

  static Raster decode(Octets in) {
    JpegFrame frame = JpegFrame.read(in);
    frame.requireFewScans(in);
    if (frame.marker() > 0xc2) {
      throw Corrupt.image("lossless and arithmetic-coded JPEGs are not supported");
    }
    byte[] samples = components(stripped(in, frame), frame);
    return switch (frame.components()) {
      case 1 -> new Raster(frame.width(), frame.height(), 1, samples);
      case 3 -> {
        if (frame.luminance()) {
          toRgb(samples, 3);
        }
        yield new Raster(frame.width(), frame.height(), 3, samples);
      }
      default -> {
        if (frame.luminance()) {
          toRgb(samples, 4);
          invertColours(samples);
        }
        yield new Raster(frame.width(), frame.height(), 3, inksToRgb(samples));
      }
    };
  }

  private static byte[] stripped(Octets in, JpegFrame frame) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.size());
    out.write(0xff);
    out.write(0xd8);
    out.writeBytes(AS_STORED);
    JpegFrame.walk(
        in,
        (marker, start, end) -> {
          if (marker < 0xe0) {
            out.write(in.bytes(), start - 4, end - start + 4);
          }
        });
    out.write(in.bytes(), frame.scanStart(), in.size() - frame.scanStart());
    return out.toByteArray();
  }

  private static byte[] components(byte[] jpeg, JpegFrame frame) {
    Warnings warnings = new Warnings();
    ImageReader reader = null;
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg))) {
      reader = SPI.createReaderInstance();
      reader.addIIOReadWarningListener(warnings);
      reader.setInput(stream, true, true);
      java.awt.image.Raster raster = reader.readRaster(0, null);
      if (warnings.first != null) {
        throw Corrupt.image("the JPEG is damaged: " + warnings.first);
      }
      PixelInterleavedSampleModel model =
          raster.getSampleModel() instanceof PixelInterleavedSampleModel m ? m : null;
      if (model == null
          || raster.getWidth() != frame.width()
          || raster.getHeight() != frame.height()
          || model.getPixelStride() != frame.components()
          || model.getScanlineStride() != frame.width() * frame.components()) {
        throw Corrupt.image("the JPEG's frame is not what its header says");
      }
      return ((DataBufferByte) raster.getDataBuffer()).getData();
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw Corrupt.image("the JPEG is damaged: " + e.getMessage());
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  /// Converts YCbCr to RGB in place, with 16 fractional bits and libjpeg's rounding.
  private static void toRgb(byte[] samples, int stride) {
    for (int i = 0; i < samples.length; i += stride) {
      int y = samples[i] & 0xff;
      int cb = (samples[i + 1] & 0xff) - 128;
      int cr = (samples[i + 2] & 0xff) - 128;
      samples[i] = clamped(y + (91881 * cr + 32768 >> 16));
      samples[i + 1] = clamped(y + (-22554 * cb - 46802 * cr + 32768 >> 16));
      samples[i + 2] = clamped(y + (116130 * cb + 32768 >> 16));
    }
  }

  private static void invertColours(byte[] samples) {
    for (int i = 0; i < samples.length; i += 4) {
      for (int c = 0; c < 3; c++) {
        samples[i + c] = (byte) ~samples[i + c];
      }
    }
  }

  /// Converts CMYK to RGB; it is stored inverted, as by Adobe's programs and as Pillow assumes.
  private static byte[] inksToRgb(byte[] samples) {
    byte[] rgb = new byte[samples.length / 4 * 3];
    for (int from = 0, to = 0; from < samples.length; from += 4) {
      int light = samples[from + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        rgb[to++] = clamped(light - Raster.scaled(255 - (samples[from + c] & 0xff), light));
      }
    }
    return rgb;
  }

  private static byte clamped(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }

  /// The JDK's own reader, even if others are registered.
  private static ImageReaderSpi spi() {
    ImageIO.setUseCache(false);
    Iterator<ImageReaderSpi> spis =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (spis.hasNext()) {
      ImageReaderSpi spi = spis.next();
      if (spi.getClass().getName().equals("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi")) {
        return spi;
      }
    }
    throw new IllegalStateException("this Java runtime has no JPEG reader (java.desktop)");
  }

  /// Keeps the first warning about damage; a truncated file gives only a warning.
  private static final class Warnings implements IIOReadWarningListener {
    private @Nullable String first;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      if (first == null && !warning.contains(PADDING)) {
        first = warning;
      }
    }
  }
}
