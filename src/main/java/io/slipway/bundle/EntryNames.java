package io.slipway.bundle;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks the names of a bundle's files: each must denote the same file on every platform, inside
/// the bundle's folder.
final class EntryNames {
  /// Orders paths by their UTF-8 bytes, unsigned, as the digest does.
  static final Comparator<String> BYTE_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private static final int MAX_BYTES = 1_024;
  private static final int MAX_SEGMENT_BYTES = 255;
  private static final Set<String> DEVICES = devices();

  private final Map<String, String> byFolded = new HashMap<>();
  private final Set<String> folders = new HashSet<>();

  /// Checks the next name.
  ///
  /// @return what is wrong with it; null if nothing
  @Nullable String add(String name) {
    String fault = fault(name);
    if (fault != null) {
      return fault;
    }
    String folded = fold(name);
    String other = byFolded.put(folded, name);
    if (other != null) {
      return other.equals(name)
          ? "the name occurs twice"
          : "differs from \"" + other + "\" only in case";
    }
    if (folders.contains(folded)) {
      return "is a file and a folder at once";
    }
    for (int slash = folded.indexOf('/'); slash >= 0; slash = folded.indexOf('/', slash + 1)) {
      String folder = folded.substring(0, slash);
      folders.add(folder);
      if (byFolded.containsKey(folder)) {
        return "lies in \"" + byFolded.get(folder) + "\", which is a file";
      }
    }
    return null;
  }

  private static String fold(String name) {
    return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  /// What is wrong with `name` on its own; null if nothing.
  static @Nullable String fault(String name) {
    if (name.isEmpty()) {
      return "the name is empty";
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return "the name is longer than " + MAX_BYTES + " bytes";
    }
    if (name.startsWith("/")) {
      return "the name is absolute; names are relative to the bundle";
    }
    if (!StrictJson.isWellFormed(name) || name.codePoints().anyMatch(EntryNames::isForbidden)) {
      return "the name contains a non-printable character or one of \\ : * ? \" < > |";
    }
    if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
      return "the name is not in Unicode normal form NFC";
    }
    for (String segment : List.of(name.split("/", -1))) {
      String fault = segmentFault(segment);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private static @Nullable String segmentFault(String segment) {
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      return "the name has an empty, \".\" or \"..\" segment";
    }
    if (segment.endsWith(".") || segment.endsWith(" ") || segment.startsWith(" ")) {
      return "a segment of the name starts or ends with a blank, or ends with a dot";
    }
    if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
      return "a segment of the name is longer than " + MAX_SEGMENT_BYTES + " bytes";
    }
    int dot = segment.indexOf('.');
    String stem = (dot < 0 ? segment : segment.substring(0, dot)).strip().toUpperCase(Locale.ROOT);
    return DEVICES.contains(stem) ? "\"" + segment + "\" is a device name" : null;
  }

  /// Format characters are invisible, and can reverse the direction in which a name is displayed.
  private static boolean isForbidden(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || "\\:*?\"<>|".indexOf(c) >= 0;
  }

  private static Set<String> devices() {
    Set<String> devices = new HashSet<>(Set.of("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"));
    for (char digit : "0123456789¹²³".toCharArray()) {
      devices.add("COM" + digit);
      devices.add("LPT" + digit);
    }
    return devices;
  }
}
