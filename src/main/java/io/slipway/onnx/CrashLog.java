package io.slipway.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The error log of a Java virtual machine that has crashed. A fault of native code on a Java
/// thread does not kill the process by its signal: HotSpot writes this log and exits with status 1.
///
/// @param signal the signal's number, 0 where there was none
/// @param memory whether the system refused memory
record CrashLog(int signal, boolean memory) {
  private static final int HEAD_BYTES = 4096;
  private static final Pattern SIGNAL = Pattern.compile("# +SIG[A-Z]+ \\(0x([0-9a-f]{1,2})\\)");
  private static final String NO_MEMORY = "insufficient memory";

  /// The log's file, for a process with the working folder `folder`.
  static Path file(Path folder) {
    return folder.resolve("crash.log");
  }

  /// The log in `folder`; null where there is none.
  static @Nullable CrashLog in(Path folder) throws IOException {
    Path file = file(folder);
    if (!Files.exists(file)) {
      return null;
    }
    try (InputStream log = Files.newInputStream(file)) {
      String head = new String(log.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
      Matcher signal = SIGNAL.matcher(head);
      return new CrashLog(
          signal.find() ? Integer.parseInt(signal.group(1), 16) : 0, head.contains(NO_MEMORY));
    }
  }
}
