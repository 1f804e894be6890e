package io.slipway.onnx;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What ONNX Runtime says went wrong, in bounded length, without folders of this machine and
/// without the places in the runtime's own source that its messages begin with.
final class RuntimeMessage {
  private static final int LONGEST = 600;
  private static final Pattern CODE =
      Pattern.compile(
          "Error code - \\w+ - message: ?|\\[ONNXRuntimeError\\] : \\d+ : \\w+ : "
              + "|Exception during (?:initialization|loading): ");
  private static final Pattern SOURCE = Pattern.compile("/?[\\w./-]+\\.(?:cc|h|hpp):\\d+ ");
  private static final Pattern LOCALE =
      Pattern.compile("Failed to construct locale with name: ?([\\w.@-]+)");
  private static final Pattern FOLDERS = Pattern.compile("(?<![\\w./])/(?:[^\\s/:'\"()]+/)+");

  private static final Pattern EXHAUSTED =
      Pattern.compile(
          "Available memory of \\d+ is smaller than requested bytes of \\d+"
              + "|Failed to allocate memory for requested buffer of size \\d+|std::bad_alloc");

  private RuntimeMessage() {}

  /// Why the file at `path` can't be opened.
  static ModelFailure.Refused refusal(OrtException e, Path path) {
    String message = of(e, path.getParent());
    Matcher locale = LOCALE.matcher(message);
    return locale.find()
        ? new ModelFailure.Refused(
            "missing_locale",
            "the graph has a StringNormalizer that needs the locale "
                + locale.group(1)
                + ", which this server does not have; install it there, or change the case of texts"
                + " with the step \"lower\" instead")
        : new ModelFailure.Refused("model_refused", message);
  }

  /// Whether a run has failed because the session's arena, or the machine, has no more memory.
  static boolean exhausted(OrtException e) {
    return EXHAUSTED.matcher(String.valueOf(e.getMessage())).find();
  }

  /// @param folder where the bundle lies, if a bundle's file is concerned
  static String of(OrtException e, @Nullable Path folder) {
    return of(String.valueOf(e.getMessage()), folder);
  }

  static String of(String message, @Nullable Path folder) {
    String text = CODE.matcher(message).replaceAll("");
    for (Matcher source = SOURCE.matcher(text); source.find(); source = SOURCE.matcher(text)) {
      text = text.substring(0, source.start()) + text.substring(signatureEnd(text, source.end()));
    }
    if (folder != null) {
      text = text.replace(folder.toAbsolutePath() + "/", "").replace(folder + "/", "");
      text = text.replace(folder.toAbsolutePath().toString(), "the bundle");
    }
    text = FOLDERS.matcher(text).replaceAll("").strip();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }

  /// Where the C++ signature `type name(parameters) const [with types]` that begins at `from` ends;
  /// `from` where there is none, only a bare function's name or nothing.
  private static int signatureEnd(String text, int from) {
    int open = text.indexOf('(', from);
    int colons = text.indexOf("::", from);
    if (open < 0 || colons < 0 || colons > open) {
      return from;
    }
    int end = balanced(text, open, '(', ')');
    while (end < text.length() && text.charAt(end) != ' ') {
      end++; // ::<lambda()>
    }
    if (text.startsWith(" const", end)) {
      end += 6;
    }
    if (text.startsWith(" [with ", end)) {
      end = balanced(text, end + 1, '[', ']');
    }
    return Math.min(text.length(), end + 1);
  }

  private static int balanced(String text, int open, char opening, char closing) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      if (text.charAt(i) == opening) {
        depth++;
      } else if (text.charAt(i) == closing && --depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }
}
