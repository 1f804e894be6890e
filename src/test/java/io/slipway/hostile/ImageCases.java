package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// What is no image, half of one, or far too much of one.
final class ImageCases {
  /// Two colours, up to the codes of a frame of 4 × 4.
  private static final String SMALL_GIF =
      "GIF89a\4\0\4\0\u0080\0\0\0\0\0\u00ff\u00ff\u00ff,\0\0\0\0\4\0\4\0\0";

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  private ImageCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    foreign(cases);
    png(cases);
    gif(cases);
    jpeg(cases);
    bmp(cases);
    json(cases);
    return cases;
  }

  private static Case image(String name, String type, Supplier<byte[]> body) {
    return Case.call("image/" + name, "POST", "/models/digit/predict", "image/" + type, body);
  }

  private static void foreign(List<Case> cases) {
    cases.add(image("empty", "png", () -> new byte[0]));
    cases.add(image("text", "png", JsonCases.text(Corpus.MARK)));
    cases.add(image("svg", "png", JsonCases.text("<svg xmlns='http://www.w3.org/2000/svg'/>")));
    cases.add(image("webp", "png", JsonCases.text("RIFF\0\0\0\0WEBPVP8 ")));
    cases.add(image("tiff", "png", JsonCases.text("II*\0\10\0\0\0")));
    cases.add(image("svg-as-such", "svg+xml", JsonCases.text("<svg/>")));
    cases.add(image("any", "*", () -> png(4, 4, 8, 0, rows(4, 5))));
    cases.add(image("11-megabytes", "png", () -> new byte[11 << 20]));
  }

  private static byte[] rows(int height, int rowBytes) {
    return new byte[height * rowBytes];
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(ISO_8859_1);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) sum.getValue())
        .array();
  }

  private static byte[] header(int width, int height, int depth, int colour, int interlaced) {
    return chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) depth)
            .put((byte) colour)
            .put((byte) 0)
            .put((byte) 0)
            .put((byte) interlaced)
            .array());
  }

  private static byte[] zlib(byte[] data) {
    Deflater deflater = new Deflater(9);
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 << 10];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static byte[] of(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] png(int width, int height, int depth, int colour, byte[] rows) {
    return of(
        header(width, height, depth, colour, 0),
        chunk("IDAT", zlib(rows)),
        chunk("IEND", new byte[0]));
  }

  private static void png(List<Case> cases) {
    byte[] end = chunk("IEND", new byte[0]);
    byte[] right = png(28, 28, 8, 0, rows(28, 29));
    cases.add(
        image("png-46000-squared-of-one-bit", "png", () -> png(46_000, 46_000, 1, 0, rows(1, 9)))
            .may(413));
    cases.add(
        image(
            "png-of-2-billion-squared",
            "png",
            () -> png(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 0, rows(1, 9))));
    cases.add(image("png-of-no-width", "png", () -> png(0, 5, 8, 0, rows(5, 1))));
    cases.add(image("png-of-negative-width", "png", () -> png(-5, 5, 8, 0, rows(5, 1))));
    cases.add(image("png-of-depth-3", "png", () -> png(4, 4, 3, 0, rows(4, 5))));
    cases.add(image("png-of-colour-5", "png", () -> png(4, 4, 8, 5, rows(4, 5))));
    cases.add(image("png-without-palette", "png", () -> png(4, 4, 8, 3, rows(4, 5))));
    cases.add(image("png-of-filter-9", "png", () -> png(4, 4, 8, 0, filled(20, 9))));
    cases.add(image("png-of-too-few-rows", "png", () -> png(28, 28, 8, 0, rows(5, 29))));
    cases.add(
        image("png-that-bursts", "png", () -> png(28, 28, 8, 0, new byte[100 << 20]))
            .may(200, 413, 422));
    cases.add(image("png-with-wrong-sum", "png", () -> changed(right, 30)));
    cases.add(image("png-cut", "png", () -> Arrays.copyOf(right, right.length - 20)));
    cases.add(image("png-without-data", "png", () -> of(header(4, 4, 8, 0, 0), end)));
    cases.add(
        image(
            "png-with-two-headers",
            "png",
            () -> of(header(4, 4, 8, 0, 0), header(9, 9, 8, 0, 0), end)));
    // As Pillow has it, which reads on.
    cases.add(
        image(
                "png-of-unknown-critical-part",
                "png",
                () ->
                    of(
                        header(4, 4, 8, 0, 0),
                        chunk("EVIL", new byte[9]),
                        chunk("IDAT", zlib(rows(4, 5))),
                        end))
            .may(200, 422));
    cases.add(
        image(
            "png-part-of-2-gigabytes",
            "png",
            () -> of(header(4, 4, 8, 0, 0), new byte[] {127, -1, -1, -1, 'I', 'D', 'A', 'T'})));
    cases.add(
        image("png-of-a-hundred-thousand-parts", "png", ImageCases::parts).may(200, 400, 413, 422));
    cases.add(
        image(
                "png-text-that-bursts",
                "png",
                () ->
                    of(
                        header(28, 28, 8, 0, 0),
                        chunk("zTXt", zlib(new byte[50 << 20])),
                        chunk("IDAT", zlib(rows(28, 29))),
                        end))
            .may(200, 400, 413, 422));
    cases.add(
        image(
            "png-interlaced-too-short",
            "png",
            () -> of(header(28, 28, 8, 0, 1), chunk("IDAT", zlib(rows(2, 9))), end)));
    Random random = new Random(28);
    for (int i = 0; i < 6; i++) {
      int at = random.nextInt(8, right.length);
      cases.add(image("png-flipped-" + i, "png", () -> changed(right, at)));
    }
  }

  private static byte[] parts() {
    byte[][] parts = new byte[100_003][];
    Arrays.fill(parts, chunk("teXt", new byte[1]));
    parts[0] = header(28, 28, 8, 0, 0);
    parts[100_001] = chunk("IDAT", zlib(rows(28, 29)));
    parts[100_002] = chunk("IEND", new byte[0]);
    return of(parts);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] changed(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 0x55;
    return changed;
  }

  private static void gif(List<Case> cases) {
    cases.add(image("gif-header-only", "gif", () -> latin("GIF89a")));
    cases.add(
        image("gif-of-65535-squared", "gif", () -> latin("GIF89a\u00ff\u00ff\u00ff\u00ff\0\0\0;")));
    cases.add(image("gif-without-a-frame", "gif", () -> latin("GIF89a\4\0\4\0\0\0\0;")));
    cases.add(
        image(
            "gif-of-endless-codes",
            "gif",
            () -> latin(SMALL_GIF + "\14\u00ff" + "\u00ff".repeat(255))));
    cases.add(image("gif-of-code-size-99", "gif", () -> latin(SMALL_GIF + "c\1\0\0;")));
    cases.add(
        image(
            "gif-of-a-million-parts",
            "gif",
            () -> latin("GIF89a\4\0\4\0\0\0\0" + "!\u00fe\1x\0".repeat(1_000_000))));
  }

  private static byte[] latin(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static void jpeg(List<Case> cases) {
    String start = "\u00ff\u00d8";
    String frame = "\u00ff\u00c2\0\13\10\1\0\1\0\1\1\21\0";
    cases.add(image("jpeg-start-only", "jpeg", () -> latin(start)));
    cases.add(image("jpeg-end-at-once", "jpeg", () -> latin(start + "\u00ff\u00d9")));
    cases.add(image("jpeg-of-ones", "jpeg", () -> latin(start + "\u00ff".repeat(1 << 20))));
    cases.add(
        image(
            "jpeg-of-65535-squared",
            "jpeg",
            () -> latin(start + "\u00ff\u00c0\0\13\10\u00ff\u00ff\u00ff\u00ff\1\1\21\0")));
    cases.add(
        image(
            "jpeg-of-no-height",
            "jpeg",
            () -> latin(start + "\u00ff\u00c0\0\13\10\0\0\1\0\1\1\21\0")));
    cases.add(
        image(
            "jpeg-of-99-channels",
            "jpeg",
            () -> latin(start + "\u00ff\u00c0\0\13\10\1\0\1\0c\1\21\0")));
    cases.add(
        image(
            "jpeg-without-tables",
            "jpeg",
            () -> latin(start + frame + "\u00ff\u00da\0\10\1\1\0\0?\0abc\u00ff\u00d9")));
    cases.add(
        image(
            "jpeg-of-10000-scans",
            "jpeg",
            () ->
                latin(
                    start
                        + frame
                        + "\u00ff\u00da\0\10\1\1\0\0?\0".repeat(10_000)
                        + "\u00ff\u00d9")));
    cases.add(image("jpeg-part-of-length-0", "jpeg", () -> latin(start + "\u00ff\u00e0\0\0")));
  }

  private static void bmp(List<Case> cases) {
    cases.add(image("bmp-magic-only", "bmp", () -> latin("BM")));
    cases.add(
        image(
            "bmp-of-2-billion-squared",
            "bmp",
            () -> bmp(Integer.MAX_VALUE, Integer.MAX_VALUE, 24, 54)));
    cases.add(image("bmp-of-smallest-height", "bmp", () -> bmp(4, Integer.MIN_VALUE, 24, 54)));
    cases.add(image("bmp-of-99-bits", "bmp", () -> bmp(4, 4, 99, 54)));
    cases.add(image("bmp-without-pixels", "bmp", () -> bmp(4, 4, 24, 54)));
    cases.add(image("bmp-pixels-beyond", "bmp", () -> bmp(4, 4, 24, Integer.MAX_VALUE)));
    cases.add(image("bmp-pixels-before", "bmp", () -> bmp(4, 4, 24, -5)));
  }

  private static byte[] bmp(int width, int height, int bits, int offset) {
    return ByteBuffer.allocate(54)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 'B')
        .put((byte) 'M')
        .putInt(54)
        .putInt(0)
        .putInt(offset)
        .putInt(40)
        .putInt(width)
        .putInt(height)
        .putShort((short) 1)
        .putShort((short) bits)
        .array();
  }

  private static void json(List<Case> cases) {
    for (String value : List.of("\"%%%\"", "\"\"", "5", "null", "{}", "\"" + Corpus.MARK + "\"")) {
      cases.add(
          Case.call(
              "image/in-json-" + value,
              "POST",
              "/models/digit/predict",
              "application/json",
              JsonCases.text("{\"image_base64\":" + value + "}")));
    }
    cases.add(
        Case.call(
            "image/in-json-of-15-megabytes",
            "POST",
            "/models/digit/predict",
            "application/json",
            () -> latin("{\"image_base64\":\"" + "AAAA".repeat(15 << 18) + "\"}")));
  }
}
