package io.slipway.onnx.confinement;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Restricts which files may be opened (Landlock, Linux 5.13 and later): those in the bounds, and
/// the system files that a Java program needs. No program may be executed. Files that are already
/// open stay open.
final class FileRules {
  /// Rights of `linux/landlock.h`.
  private static final long WRITE_FILE = 1 << 1;

  private static final long READ_FILE = 1 << 2;
  private static final long READ_FOLDER = 1 << 3;

  /// All access rights of each Landlock version: 13 in the first, then more.
  private static final long[] ALL = {(1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1};

  /// The access rights since version 5, which include ioctl on devices.
  private static final long ALL_AND_COMMANDS = (1 << 16) - 1;

  private static final long OF_FILES = WRITE_FILE | READ_FILE | 1 << 14;
  private static final long PERMITTED_IN_WORK = ALL_AND_COMMANDS & ~(1 | 1 << 15);

  private static final int TELL_VERSION = 1;
  private static final int BENEATH = 1;

  /// Libraries, the time zone, CPU information; in `/proc` only this process.
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/lib"),
          Path.of("/lib64"),
          Path.of("/usr"),
          Path.of("/etc"),
          Path.of("/sys/devices"),
          Path.of("/sys/fs/cgroup"),
          Path.of("/proc/self"),
          Path.of("/proc/cpuinfo"),
          Path.of("/proc/meminfo"),
          Path.of("/proc/stat"),
          Path.of("/dev/random"),
          Path.of("/dev/urandom"),
          Path.of("/dev/null"));

  private FileRules() {}

  /// @return why it failed; null on success
  static @Nullable String enforce(Linux linux, ConfinementBounds bounds) {
    long version = linux.call(SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, TELL_VERSION, 0, 0);
    if (version < 1) {
      return Linux.failure(version);
    }
    long all = version >= 5 ? ALL_AND_COMMANDS : ALL[(int) Math.min(version, 3) - 1];
    long rules = create(linux, all);
    if (rules < 0) {
      return Linux.failure(rules);
    }
    try {
      for (Path path : SYSTEM) {
        permit(linux, rules, path, READ_FILE | READ_FOLDER);
      }
      for (Path path : bounds.readable()) {
        permit(linux, rules, path, READ_FILE | READ_FOLDER);
      }
      permit(linux, rules, Path.of("/dev/null"), WRITE_FILE);
      permit(linux, rules, bounds.work(), PERMITTED_IN_WORK & all);
      return Linux.failure(linux.call(SystemCall.LANDLOCK_RESTRICT_SELF, rules, 0, 0, 0, 0));
    } finally {
      linux.close(rules);
    }
  }

  private static long create(Linux linux, long handled) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocateFrom(JAVA_LONG, handled);
      return linux.call(
          SystemCall.LANDLOCK_CREATE_RULESET, attributes.address(), attributes.byteSize(), 0, 0, 0);
    }
  }

  /// A path that does not exist, or is not visible to this process, needs no permission.
  private static void permit(Linux linux, long rules, Path path, long rights) {
    long handle = linux.handle(path);
    if (handle < 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rule = arena.allocate(12);
      rule.set(JAVA_LONG_UNALIGNED, 0, Files.isDirectory(path) ? rights : rights & OF_FILES);
      rule.set(JAVA_INT_UNALIGNED, 8, (int) handle);
      long added = linux.call(SystemCall.LANDLOCK_ADD_RULE, rules, BENEATH, rule.address(), 0, 0);
      if (added < 0) {
        throw new IllegalStateException("no rule for " + path + ": " + Linux.failure(added));
      }
    } finally {
      linux.close(handle);
    }
  }
}
