package io.slipway.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The memory use of another process, read from Linux's `/proc`. On other systems it is unknown,
/// and only the limits on heap and time apply.
final class MemoryWatch {
  private static final Pattern KILLED = Pattern.compile("(?m)^oom_kill (\\d{1,15})$");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d{1,15}) kB");

  private final Path process;

  MemoryWatch(long pid) {
    process = Path.of("/proc", Long.toString(pid));
  }

  /// The resident memory in bytes; 0 where it is unknown or the process has ended.
  long residentBytes() {
    try {
      Matcher resident = RESIDENT.matcher(Files.readString(process.resolve("status")));
      return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /// The number of processes that the system has killed for lack of memory since it was started;
  /// negative where that is unknown.
  static long killedBySystem() {
    try {
      Matcher killed = KILLED.matcher(Files.readString(Path.of("/proc/vmstat")));
      return killed.find() ? Long.parseLong(killed.group(1)) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /// Makes that process the first to be killed when the machine runs out of memory.
  void sacrifice() {
    try {
      Files.writeString(process.resolve("oom_score_adj"), "1000");
    } catch (IOException e) {
      // Not Linux, or the process has ended.
      return;
    }
  }
}
