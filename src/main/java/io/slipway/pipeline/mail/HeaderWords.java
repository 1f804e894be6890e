package io.slipway.pipeline.mail;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decodes encoded words (RFC 2047) in headers like Python's
/// `str(make_header(decode_header(value)))`. A header with non-ASCII bytes is not decoded: each
/// such byte becomes U+FFFD. A header with a word of an unknown charset, or with bytes invalid in
/// its charset, stays unchanged.
final class HeaderWords {

  private static final String ASCII = "us-ascii";

  /// Charset names that Python treats as aliases of another.
  private static final Map<String, String> ALIASES =
      Map.of("ascii", ASCII, "latin_1", "iso-8859-1", "latin-1", "iso-8859-1");

  /// A run of text, one char per byte.
  ///
  /// @param encoded whether it comes from encoded words; otherwise it is ASCII
  private record Run(String text, String charset, boolean encoded) {}

  /// An encoded word found in a line.
  private record Word(int start, int end, String charset, boolean base64, String text) {

    /// The decoded bytes; null where the word is damaged.
    byte @Nullable [] bytes() {
      byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
      if (base64) {
        byte[] padded = Arrays.copyOf(ascii, (ascii.length + 3) / 4 * 4);
        Arrays.fill(padded, ascii.length, padded.length, (byte) '=');
        return TransferEncoding.padded(padded);
      }
      return TransferEncoding.escaped(text.replace('_', ' '), '=');
    }
  }

  private HeaderWords() {}

  static String decode(@Nullable String value) {
    if (value == null) {
      return "";
    }
    String ascii = Charsets.ascii(value);
    if (!ascii.equals(value)) {
      return unfolded(ascii);
    }
    List<Run> runs = value.contains("=?") ? runs(value) : null;
    if (runs == null) {
      return unfolded(value);
    }
    List<Run> texts = texts(runs);
    return texts == null ? unfolded(value) : joined(texts);
  }

  /// Decodes `runs`, joining those of the same charset with a space; null where one cannot be
  /// decoded.
  private static @Nullable List<Run> texts(List<Run> runs) {
    List<Run> texts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Run last = null;
    for (Run run : runs) {
      String decoded = decoded(run);
      if (decoded == null) {
        return null;
      }
      if (last != null && last.charset.equals(run.charset)) {
        text.append(' ');
      } else if (last != null) {
        texts.add(new Run(text.toString(), last.charset, last.encoded));
        text.setLength(0);
      }
      text.append(decoded);
      last = run;
    }
    if (last != null) {
      texts.add(new Run(text.toString(), last.charset, last.encoded));
    }
    return texts;
  }

  private static String joined(List<Run> texts) {
    StringBuilder joined = new StringBuilder();
    Run last = null;
    for (Run text : texts) {
      if (last != null && needsBlank(last, text)) {
        joined.append(' ');
      }
      joined.append(text.text);
      last = text;
    }
    return joined.toString();
  }

  /// Whether a space is added between two texts, one of which is ASCII: unless it has one there.
  private static boolean needsBlank(Run text, Run next) {
    if (next.charset.equals(ASCII)) {
      return next.text.isEmpty() || !standsAlone(next.text.charAt(0));
    }
    String last = text.text;
    return text.charset.equals(ASCII)
        && (last.isEmpty() || !standsAlone(last.charAt(last.length() - 1)));
  }

  /// Unfolds the header: removes line breaks, keeps the following spaces.
  private static String unfolded(String value) {
    return value.replace("\r", "").replace("\n", "");
  }

  /// Whether Python treats the character as white space.
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  /// Whether no space is needed beside the character.
  private static boolean standsAlone(char c) {
    return isSpace(c) || c == '(' || c == ')' || c == '\\';
  }

  private static @Nullable String decoded(Run run) {
    byte[] bytes = run.text.getBytes(StandardCharsets.ISO_8859_1);
    Charset charset = Charsets.named(run.charset);
    if (charset == null) {
      return null;
    }
    return Charsets.strictly(bytes, charset);
  }

  /// The runs by charset; null where nothing is encoded.
  private static @Nullable List<Run> runs(String value) {
    List<Run> pieces = new ArrayList<>();
    boolean encoded = false;
    for (String line : value.split("[\\n\\r\\x0b\\x0c\\x1c-\\x1e]+", -1)) {
      int at = 0;
      while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
        at++;
      }
      Word word = next(line, at);
      while (word != null) {
        encoded = true;
        if (word.start > at) {
          pieces.add(new Run(line.substring(at, word.start), ASCII, false));
        }
        byte[] bytes = word.bytes();
        if (bytes == null) {
          return null;
        }
        pieces.add(new Run(new String(bytes, StandardCharsets.ISO_8859_1), word.charset, true));
        at = word.end;
        word = next(line, at);
      }
      if (at < line.length()) {
        pieces.add(new Run(line.substring(at), ASCII, false));
      }
    }
    return encoded ? collapsed(pieces) : null;
  }

  /// Removes white space between encoded words, and joins runs of the same charset.
  private static List<Run> collapsed(List<Run> pieces) {
    List<Run> runs = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Run last = null;
    for (int i = 0; i < pieces.size(); i++) {
      Run piece = pieces.get(i);
      boolean between =
          i > 0 && i + 1 < pieces.size() && pieces.get(i - 1).encoded && pieces.get(i + 1).encoded;
      if (!piece.encoded && piece.text.isBlank() && between) {
        continue;
      }
      if (last != null && last.encoded == piece.encoded && last.charset.equals(piece.charset)) {
        text.append(piece.encoded ? "" : " ");
      } else {
        if (last != null) {
          runs.add(named(text.toString(), last));
        }
        text.setLength(0);
        last = piece;
      }
      text.append(piece.text);
    }
    if (last != null) {
      runs.add(named(text.toString(), last));
    }
    return runs;
  }

  private static Run named(String text, Run run) {
    return new Run(text, ALIASES.getOrDefault(run.charset, run.charset), run.encoded);
  }

  /// The first `=?charset?q|b?text?=` at or after `from`.
  private static @Nullable Word next(String line, int from) {
    int start = line.indexOf("=?", from);
    while (start >= 0) {
      int charsetEnd = line.indexOf('?', start + 2);
      if (charsetEnd < 0 || charsetEnd + 2 >= line.length()) {
        return null;
      }
      char encoding = Character.toLowerCase(line.charAt(charsetEnd + 1));
      if ((encoding == 'q' || encoding == 'b') && line.charAt(charsetEnd + 2) == '?') {
        int end = line.indexOf("?=", charsetEnd + 3);
        if (end < 0) {
          return null;
        }
        String charset = line.substring(start + 2, charsetEnd).toLowerCase(Locale.ROOT);
        String text = line.substring(charsetEnd + 3, end);
        return new Word(start, end + 2, charset, encoding == 'b', text);
      }
      start = line.indexOf("=?", start + 1);
    }
    return null;
  }
}
