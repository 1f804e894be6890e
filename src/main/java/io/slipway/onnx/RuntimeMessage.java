package io.slipway.onnx;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What ONNX Runtime says went wrong, without folders of this machine or of the one that built the
/// runtime, in bounded length.
final class RuntimeMessage {
  private static final int LONGEST = 1_000;
  private static final Pattern SOURCE =
      Pattern.compile(
          "/[^\\s:]*/onnxruntime/[^\\s:]*:\\d+(?: [\\w:~<>&*,.@ ]+\\([^)]*\\)(?: const)?)?\\s?");
  private static final Pattern FOLDERS = Pattern.compile("(?<![\\w.])/(?:[^\\s/:'\"()]+/)+");

  private RuntimeMessage() {}

  /// @param folder where the bundle lies, if a bundle's file is concerned
  static String of(OrtException e, @Nullable Path folder) {
    String message = String.valueOf(e.getMessage());
    if (folder != null) {
      message = message.replace(folder.toAbsolutePath() + "/", "");
      message = message.replace(folder + "/", "");
    }
    message = SOURCE.matcher(message).replaceAll("");
    message = FOLDERS.matcher(message).replaceAll("").strip();
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + " …";
  }
}
