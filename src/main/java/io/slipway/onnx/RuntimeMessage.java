package io.slipway.onnx;

import ai.onnxruntime.OrtException;
import io.slipway.onnx.graph.OnnxBytes;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime's error messages, shortened, without folders of this machine and without the
/// positions in the runtime's source that they begin with.
final class RuntimeMessage {
  private static final int LONGEST = 600;
  private static final Pattern CODE =
      Pattern.compile(
          "Error code - \\w+ - message: ?|\\[ONNXRuntimeError\\] : \\d+ : \\w+ : "
              + "|Exception during (?:initialization|loading): "
              // For a graph that the runtime's optimiser has broken, or that is too new for it.
              + "|(?:This is an i|I)nvalid model[.] ");
  private static final Pattern SOURCE = Pattern.compile("/?[\\w./-]+\\.(?:cc|h|hpp):\\d+ ");
  private static final Pattern LOCALE =
      Pattern.compile("Failed to construct locale with name: ?([\\w.@-]+)");
  private static final Pattern FOLDERS = Pattern.compile("(?<![\\w./])/(?:[^\\s/:'\"()]+/)+");

  private static final Pattern EXHAUSTED =
      Pattern.compile(
          "Available memory of \\d+ is smaller than requested bytes of (\\d+)"
              + "|Failed to allocate memory for requested buffer of size (\\d+)"
              + "|std::bad_alloc|bad_array_new_length|bad allocation");

  /// Messages of uncaught C++ exceptions, which say nothing about the model.
  private static final Pattern UNSPOKEN =
      Pattern.compile(
          "(?:std::\\w+|\\w+::_M_\\w+|basic_string[\\w:]*|map::at|invalid [\\w<>, ]+ key|sto\\w+"
              + "|cannot create std::.*|unknown exception)(?:[:(,].*)?",
          Pattern.CASE_INSENSITIVE);

  private RuntimeMessage() {}

  /// Why the file at `path` cannot be opened.
  static ModelFailure.Refused refusal(OrtException e, Path path) {
    if (exhausted(e)) {
      return new ModelFailure.Refused(
          "too_large", "opening it needs more memory than is available" + wanted(e));
    }
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

  /// Whether a run failed because the session's arena, or the machine, has no memory left.
  static boolean exhausted(OrtException e) {
    return EXHAUSTED.matcher(String.valueOf(e.getMessage())).find();
  }

  /// The size of the failed allocation, as part of a sentence; "" where it is unknown.
  static String wanted(OrtException e) {
    Matcher matcher = EXHAUSTED.matcher(String.valueOf(e.getMessage()));
    if (!matcher.find()) {
      return "";
    }
    String bytes = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return bytes == null ? "" : ": one of its tensors has " + bytes + " bytes";
  }

  /// @param folder of the bundle, if the error is about one of its files
  static String of(OrtException e, @Nullable Path folder) {
    return of(String.valueOf(e.getMessage()), folder);
  }

  static String of(String message, @Nullable Path folder) {
    String text = CODE.matcher(message).replaceAll("");
    for (Matcher source = SOURCE.matcher(text); source.find(); source = SOURCE.matcher(text)) {
      text = text.substring(0, source.start()) + text.substring(signatureEnd(text, source.end()));
    }
    if (folder != null && OnnxBytes.onDisk(folder)) {
      text = text.replace(folder.toAbsolutePath() + "/", "").replace(folder + "/", "");
      text = text.replace(folder.toAbsolutePath().toString(), "the bundle");
    }
    text = FOLDERS.matcher(text).replaceAll("").strip();
    if (text.isEmpty() || UNSPOKEN.matcher(text).matches()) {
      return "ONNX Runtime failed without a reason, as it does on sizes or indices that it does not"
          + " check; try the model in Python with the same inputs"
          + (text.isEmpty() ? "" : " (its message: " + text + ")");
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }

  /// The end of the C++ signature `type name(parameters) const [with types]` that begins at `from`;
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
