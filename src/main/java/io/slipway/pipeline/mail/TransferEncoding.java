package io.slipway.pipeline.mail;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decodes content transfer encodings, tolerating errors.
final class TransferEncoding {
  private TransferEncoding() {}

  /// @param encoding in lower case; with an unknown one the bytes are unchanged
  static byte[] decode(String encoding, byte[] bytes) {
    return switch (encoding) {
      case "quoted-printable" -> quotedPrintable(bytes);
      case "base64" -> base64(withoutLineBreaks(bytes));
      default -> bytes;
    };
  }

  /// Decodes quoted-printable; a `=` without an escape or a soft line break stays as it is.
  static byte[] quotedPrintable(byte[] in) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    int i = 0;
    while (i < in.length) {
      if (in[i] != '=') {
        out.write(in[i++]);
        continue;
      }
      i++;
      if (i >= in.length) {
        break;
      }
      if (in[i] == '\n' || in[i] == '\r') {
        while (i < in.length && in[i] != '\n') {
          i++;
        }
        i++;
      } else if (in[i] == '=') {
        out.write('=');
        i++;
      } else if (i + 1 < in.length && hex(in[i]) >= 0 && hex(in[i + 1]) >= 0) {
        out.write(hex(in[i]) << 4 | hex(in[i + 1]));
        i += 2;
      } else {
        out.write('=');
      }
    }
    return out.toByteArray();
  }

  /// Decodes base64 after adding missing padding; data that is not base64 is unchanged.
  private static byte[] base64(byte[] in) {
    byte[] decoded = padded(in);
    if (decoded == null) {
      byte[] more = Arrays.copyOf(in, in.length + 2);
      more[in.length] = '=';
      more[in.length + 1] = '=';
      decoded = padded(more);
    }
    return decoded == null ? in : decoded;
  }

  /// Decodes padded base64, skipping foreign characters and ignoring everything after the padding;
  /// null where the last group is incomplete.
  static byte @Nullable [] padded(byte[] in) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length / 4 * 3 + 3);
    int group = 0;
    int held = 0;
    int pads = 0;
    for (byte b : in) {
      if (b == '=') {
        if (held >= 2 && held + ++pads >= 4) {
          return out.toByteArray();
        }
        continue;
      }
      int value = sextet(b);
      if (value < 0) {
        continue;
      }
      pads = 0;
      group = group << 6 | value;
      held = (held + 1) % 4;
      if (held != 1) {
        out.write(group >> (held == 2 ? 4 : held == 3 ? 2 : 0));
      }
    }
    return held == 0 ? out.toByteArray() : null;
  }

  private static byte[] withoutLineBreaks(byte[] in) {
    byte[] out = new byte[in.length];
    int length = 0;
    for (byte b : in) {
      if (b != '\n' && b != '\r') {
        out[length++] = b;
      }
    }
    return Arrays.copyOf(out, length);
  }

  /// The bytes of a text, one char per byte, in which `mark` and two hexadecimal digits stand for a
  /// byte. A mark without digits stays as it is.
  static byte[] escaped(String text, char mark) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean marked = c == mark && i + 2 < text.length();
      int high = marked ? hex((byte) text.charAt(i + 1)) : -1;
      int low = marked ? hex((byte) text.charAt(i + 2)) : -1;
      if (high >= 0 && low >= 0) {
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  private static int sextet(byte b) {
    if (b >= 'A' && b <= 'Z') {
      return b - 'A';
    }
    if (b >= 'a' && b <= 'z') {
      return b - 'a' + 26;
    }
    if (b >= '0' && b <= '9') {
      return b - '0' + 52;
    }
    return b == '+' ? 62 : b == '/' ? 63 : -1;
  }

  private static int hex(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }
}
