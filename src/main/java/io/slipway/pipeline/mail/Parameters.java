package io.slipway.pipeline.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses the parameters of a header such as Content-Type, with the continuations and charsets of
/// RFC
/// 2231. The first of several parameters with one name counts, plain ones before encoded ones.
/// Where some pieces of a parameter are numbered and others are not, the header has no parameters.
final class Parameters {
  private static final Pattern CONTINUED =
      Pattern.compile("([A-Za-z0-9_]+)\\*(?:([0-9]{1,9})\\*?)?");

  /// A piece of a value that is split over parameters; `number` is −1 for a single piece.
  private record Piece(int number, String value, boolean encoded) {}

  /// Chars of a header beyond this are ignored; no real header is that long.
  private static final int LONGEST = 65_536;

  private Parameters() {}

  /// The text before the first semicolon, in lower case.
  static String beforeParameters(String header) {
    int semicolon = header.indexOf(';');
    String first = semicolon < 0 ? header : header.substring(0, semicolon);
    return first.strip().toLowerCase(Locale.ROOT);
  }

  /// The parameters by lower-case name.
  static Map<String, String> of(@Nullable String header) {
    if (header == null) {
      return Map.of();
    }
    Map<String, String> values = new HashMap<>();
    Map<String, List<Piece>> pieces = new LinkedHashMap<>();
    String start = header.length() > LONGEST ? header.substring(0, LONGEST) : header;
    for (String parameter : split(start)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      name = name.strip().toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "" : unquoted(parameter.substring(equals + 1).strip());
      Matcher matcher = CONTINUED.matcher(name);
      if (matcher.matches()) {
        int number = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        pieces
            .computeIfAbsent(matcher.group(1), key -> new ArrayList<>())
            .add(new Piece(number, value, name.endsWith("*")));
      } else {
        values.putIfAbsent(name, value);
      }
    }
    if (pieces.values().stream().anyMatch(Parameters::isMixed)) {
      return Map.of();
    }
    pieces.forEach((name, all) -> values.putIfAbsent(name, joined(all)));
    return values;
  }

  /// Whether some pieces are numbered and others are not, so that they have no order.
  private static boolean isMixed(List<Piece> pieces) {
    return pieces.stream().map(piece -> piece.number < 0).distinct().count() > 1;
  }

  /// Splits at semicolons outside of quotation marks; the header's own value comes first. An
  /// unclosed quotation mark extends to the end.
  private static List<String> split(String header) {
    List<String> parameters = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"' && (i == start || header.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (c == ';' && !quoted) {
        parameters.add(header.substring(start, i));
        start = i + 1;
      }
    }
    parameters.add(header.substring(start));
    return parameters;
  }

  private static String unquoted(String value) {
    if (value.length() < 2) {
      return value;
    }
    String inner = value.substring(1, value.length() - 1);
    if (value.startsWith("\"") && value.endsWith("\"")) {
      return inner.replace("\\\\", "\\").replace("\\\"", "\"");
    }
    return value.startsWith("<") && value.endsWith(">") ? inner : value;
  }

  private static String joined(List<Piece> pieces) {
    StringBuilder value = new StringBuilder();
    boolean encoded = false;
    pieces.sort(Comparator.comparingInt(Piece::number).thenComparing(Piece::value));
    for (Piece piece : pieces) {
      value.append(
          piece.encoded
              ? new String(TransferEncoding.escaped(piece.value, '%'), StandardCharsets.ISO_8859_1)
              : piece.value);
      encoded |= piece.encoded;
    }
    String[] parts = encoded ? value.toString().split("'", 3) : new String[0];
    if (parts.length < 3) {
      return value.toString();
    }
    return Charsets.decode(parts[2].getBytes(StandardCharsets.ISO_8859_1), parts[0]);
  }
}
