package io.slipway.serving.run;

import io.slipway.bundle.Digest;
import io.slipway.onnx.OnnxRuntime;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A record of the content that each thread is opening or running, in a memory-mapped file
/// (`crash/running` of the data folder) that survives a crash. A version that has crashed the
/// process inside the native runtime is found here at the next start and quarantined: it is not
/// opened again until an operator removes the file `quarantine/<digest>`; all other versions are
/// served. Content with a run that does not end is quarantined at once ([StuckRuns]).
///
/// Only crashes count. They are recognised by the log that the JVM writes as it dies
/// (`hs_err_pid….log`, or `crash-….log` in the data folder). The log names the crashed thread;
/// where that thread was running no model, all content that was running or being opened is
/// suspected. A kill from outside quarantines nothing.
///
/// A thread's [Slot] is written by that thread only, at a cost of a few nanoseconds per run and
/// without a system call.
@Singleton
public final class CrashJournal implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CrashJournal.class);
  private static final Pattern CULPRIT =
      Pattern.compile("^Current thread \\(0x[0-9a-f]+\\):\\s+\\S+ \"([^\"]+)\"", Pattern.MULTILINE);

  /// The part of a log that is searched for the crashed thread, in bytes.
  private static final int MOST_OF_LOG = 64 << 10;

  private static final int SLOTS = 512;
  private static final int DIGEST = 32;
  private static final int NAME = 64;
  private static final int SLOT = DIGEST + NAME;
  private static final byte[] NOTHING = new byte[DIGEST];

  private final Path process;
  private final Path quarantine;
  private final InstantSource clock;

  /// The quarantined content whose file could not be written.
  private final Map<Digest, String> unwritten = new ConcurrentHashMap<>();

  private final MappedByteBuffer running;
  private final AtomicIntegerArray taken = new AtomicIntegerArray(SLOTS);

  @Inject
  CrashJournal(@ConfigProperty(name = "slipway.data") Path data, InstantSource clock) {
    Path folder = data.resolve("crash");
    this.clock = clock;
    this.process = folder.resolve("process");
    this.quarantine = data.resolve("quarantine");
    Path file = folder.resolve("running");
    try {
      Files.createDirectories(folder);
      judge(data, file);
      Files.deleteIfExists(file);
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        running = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOTS * SLOT);
      }
      Files.write(
          process,
          List.of(
              Long.toString(ProcessHandle.current().pid()),
              Path.of("").toAbsolutePath().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The slot of the current thread.
  public Slot slot() {
    for (int i = 0; i < SLOTS; i++) {
      if (taken.compareAndSet(i, 0, 1)) {
        return new Slot(i, Thread.currentThread().getName());
      }
    }
    // More threads than any configuration has: the rest are not recorded.
    return new Slot(-1, "");
  }

  /// The record of one thread.
  public final class Slot implements AutoCloseable {
    private final int number;
    private final int at;

    private Slot(int number, String thread) {
      this.number = number;
      this.at = number * SLOT;
      if (number >= 0) {
        byte[] name = thread.getBytes(StandardCharsets.UTF_8);
        running.put(at, NOTHING);
        running.put(at + DIGEST, new byte[NAME]);
        running.put(at + DIGEST, name, 0, Math.min(NAME, name.length));
      }
    }

    /// Records that this thread starts to open or run the content of `digest`.
    ///
    /// @param digest its 32 bytes
    public void enter(byte[] digest) {
      if (number >= 0) {
        running.put(at, digest);
      }
    }

    /// Records that this thread runs no content.
    public void leave() {
      if (number >= 0) {
        running.put(at, NOTHING);
      }
    }

    @Override
    public void close() {
      leave();
      if (number >= 0) {
        taken.set(number, 0);
      }
    }
  }

  /// Puts `digest` into quarantine, from now on and at later starts.
  ///
  /// @param reason what happened
  /// @return as [#quarantined]
  String quarantine(Digest digest, String reason) {
    String why = "in quarantine since %s: %s".formatted(clock.instant(), reason);
    try {
      write(digest, why);
    } catch (IOException e) {
      LOG.errorf(
          "The quarantine of %s could not be saved, and ends with this process: %s", digest, e);
      unwritten.put(digest, why);
      return why;
    }
    return Objects.requireNonNullElse(quarantined(digest), why);
  }

  private void write(Digest digest, String why) throws IOException {
    Files.createDirectories(quarantine);
    Files.writeString(quarantine.resolve(digest.hex()), why + "\n");
  }

  /// Why `digest` must not be opened; null where it may be opened.
  public @Nullable String quarantined(Digest digest) {
    Path file = quarantine.resolve(digest.hex());
    try {
      return Files.exists(file)
          ? Files.readString(file).strip() + "; to release it, remove " + file
          : unwritten.get(digest);
    } catch (IOException e) {
      return file + " cannot be read: " + e.getMessage();
    }
  }

  /// Determines how the previous process ended, and quarantines the content that crashed it.
  private void judge(Path data, Path file) throws IOException {
    if (!Files.exists(process) || !Files.exists(file)) {
      return;
    }
    List<String> last = Files.readAllLines(process);
    if (last.size() < 2 || !last.getFirst().chars().allMatch(Character::isDigit)) {
      return;
    }
    Path log = log(data, last.getFirst(), last.get(1));
    if (log == null) {
      return;
    }
    String thread = culprit(log);
    Set<Digest> accused = accused(Files.readAllBytes(file), thread);
    for (Digest digest : accused) {
      String why =
          "in quarantine since %s: the process crashed while it was run or opened (%s)"
              .formatted(clock.instant(), log);
      write(digest, why);
      LOG.errorf("Content %s: %s", digest, why);
    }
    if (accused.isEmpty()) {
      LOG.warnf("The previous process crashed, but not while a model was run or opened: %s", log);
    }
  }

  private static @Nullable Path log(Path data, String pid, String folder) {
    String usual = "hs_err_pid" + pid + ".log";
    return Stream.of(
            data.resolve("crash-" + pid + ".log"),
            Path.of(folder).resolve(usual),
            Path.of(System.getProperty("java.io.tmpdir")).resolve(usual))
        .filter(Files::isReadable)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String culprit(Path log) throws IOException {
    try (var in = Files.newInputStream(log)) {
      String head = new String(in.readNBytes(MOST_OF_LOG), StandardCharsets.UTF_8);
      Matcher thread = CULPRIT.matcher(head);
      return thread.find() ? thread.group(1) : null;
    }
  }

  /// The content that the named thread was running; where it ran none, the content of all threads.
  private static Set<Digest> accused(byte[] slots, @Nullable String thread) {
    Set<Digest> all = new HashSet<>();
    List<Digest> culprits = new ArrayList<>();
    for (int at = 0; at + SLOT <= slots.length; at += SLOT) {
      String hex = HexFormat.of().formatHex(slots, at, at + DIGEST);
      if (hex.chars().allMatch(c -> c == '0')) {
        continue;
      }
      Digest digest = new Digest(hex);
      all.add(digest);
      String name = new String(slots, at + DIGEST, NAME, StandardCharsets.UTF_8).replace("\0", "");
      if (name.equals(thread) || (name + OnnxRuntime.LOADER).equals(thread)) {
        culprits.add(digest);
      }
    }
    return culprits.isEmpty() ? all : Set.copyOf(culprits);
  }

  /// Marks an orderly end of the process.
  @Override
  @PreDestroy
  public void close() {
    try {
      Files.deleteIfExists(process);
    } catch (IOException e) {
      LOG.debugf("%s could not be removed: %s", process, e);
    }
  }
}
