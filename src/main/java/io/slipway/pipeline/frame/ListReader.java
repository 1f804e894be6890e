package io.slipway.pipeline.frame;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.NumberList;
import io.slipway.bundle.TextList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads long lists that steps store in files of the bundle.
final class ListReader {
  /// The largest list file, in bytes.
  private static final long MAX_BYTES = 256L << 20;

  private static final Pattern NPY_HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'<f(4|8)',\\s*'fortran_order':\\s*False,\\s*'shape':\\s*\\((\\d+),\\)\\s*,?\\s*\\}\\s*");

  private ListReader() {}

  static List<String> texts(Bundle bundle, TextList list) {
    return switch (list) {
      case TextList.Inline(List<String> values) -> values;
      case TextList.InFile(String file) -> lines(bundle, file);
    };
  }

  static double[] numbers(Bundle bundle, NumberList list) {
    return switch (list) {
      case NumberList.Inline(List<Double> values) ->
          values.stream().mapToDouble(Double::doubleValue).toArray();
      case NumberList.InFile(String file) when file.endsWith(".npy") ->
          npy(file, bytes(bundle, file));
      case NumberList.InFile(String file) -> decimals(file, lines(bundle, file));
    };
  }

  /// One entry per line; a final newline is optional. Spaces and `\r` belong to the entry, as the
  /// files of a bundle are written by programs.
  private static List<String> lines(Bundle bundle, String file) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes(bundle, file)))
              .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidBundle("bad_list", file, file + " is not UTF-8");
    }
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      lines.add(text.substring(start, end));
      start = end + 1;
    }
    return lines;
  }

  private static double[] decimals(String file, List<String> lines) {
    double[] numbers = new double[lines.size()];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Double.parseDouble(lines.get(i).strip());
      } catch (NumberFormatException e) {
        throw new InvalidBundle("bad_list", file, file + " line " + (i + 1) + " is not a number");
      }
    }
    return numbers;
  }

  /// A one-dimensional array of little-endian float32 or float64 in C order, as `numpy.save` writes
  /// a vector.
  private static double[] npy(String file, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 12 || (buffer.getLong(0) & 0xffff_ffff_ffffL) != 0x5950_4d55_4e93L) {
      throw new InvalidBundle("bad_list", file, file + " is not an .npy file");
    }
    int major = bytes[6];
    int headerStart = major == 1 ? 10 : 12;
    long headerLength = major == 1 ? buffer.getShort(8) & 0xffff : buffer.getInt(8) & 0xffff_ffffL;
    long dataStart = headerStart + headerLength;
    Matcher header =
        dataStart > bytes.length
            ? NPY_HEADER.matcher("")
            : NPY_HEADER.matcher(
                new String(bytes, headerStart, (int) headerLength, StandardCharsets.US_ASCII));
    if (!header.matches()) {
      throw new InvalidBundle(
          "bad_list", file, file + " is not a vector of little-endian float32 or float64");
    }
    int width = header.group(1).equals("4") ? 4 : 8;
    if (header.group(2).length() > 9
        || Long.parseLong(header.group(2)) * width != bytes.length - dataStart) {
      throw new InvalidBundle("bad_list", file, file + " is truncated or has trailing bytes");
    }
    double[] numbers = new double[Integer.parseInt(header.group(2))];
    buffer.position((int) dataStart);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = width == 4 ? buffer.getFloat() : buffer.getDouble();
    }
    return numbers;
  }

  private static byte[] bytes(Bundle bundle, String file) {
    Path path = bundle.path(file);
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new InvalidBundle("bad_list", file, file + " is over " + MAX_BYTES + " bytes");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
