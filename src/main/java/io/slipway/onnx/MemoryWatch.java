package io.slipway.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The memory of another process, as Linux tells it; elsewhere it is not known, and only the limits
/// on the heap and on time hold.
final class MemoryWatch {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d{1,15}) kB");

  private final Path process;

  MemoryWatch(long pid) {
    process = Path.of("/proc", Long.toString(pid));
  }

  /// What it occupies in bytes, 0 where that is not known or it has ended.
  long residentBytes() {
    try {
      Matcher resident = RESIDENT.matcher(Files.readString(process.resolve("status")));
      return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /// Should the machine run out of memory before we notice, this process goes first.
  void sacrifice() {
    try {
      Files.writeString(process.resolve("oom_score_adj"), "1000");
    } catch (IOException e) {
      // No Linux, or it has ended: there is nothing to be done, nor to be said.
      return;
    }
  }
}
