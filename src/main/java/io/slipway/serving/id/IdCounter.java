package io.slipway.serving.id;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The source of the unique moments in a replica's ids. A moment is a millisecond since 1970 and a
/// count within it, combined into one number that only increases. It is stored in a memory-mapped
/// file of the data folder, so that it survives a kill: the next process continues after it, with
/// or without the database, whatever the clock says.
///
/// After a power failure the file may be older than the last id. So after each boot of the machine,
/// moments start [#LOST] later than the file says.
///
/// Each moment belongs to a replica number. A new number starts a [Track] of its own; the file has
/// two tracks, and a new one overwrites the older.
///
/// [Track#next] is thread-safe and lock-free; the rest is guarded by its owner.
public final class IdCounter {
  private static final Logger LOG = Logger.getLogger(IdCounter.class);

  /// More than a file system and [#sync] can lose.
  static final Duration LOST = Duration.ofMinutes(2);

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int PLACES = 2;
  private static final int PLACE = 64;
  private static final int GENERATION = 0;
  private static final int NUMBER = 8;
  private static final int MOMENT = 16;
  private static final int MACHINE = 24;

  private final MemorySegment file;
  private final long machine;

  /// @param machine an id of the machine's current boot
  public IdCounter(Path path, long machine) {
    this.machine = machine;
    try {
      if (length(path) != PLACES * PLACE) {
        // Written in full, so that no page fault can hit a full disk later.
        Files.write(path, new byte[PLACES * PLACE]);
      }
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        file = channel.map(FileChannel.MapMode.READ_WRITE, 0, PLACES * PLACE, Arena.ofAuto());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long length(Path path) throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      LOG.debugf("%s does not exist yet", path);
      return 0;
    }
  }

  /// An id of this machine's current boot; of this process where it cannot be determined.
  public static long machine() {
    try {
      UUID id =
          UUID.fromString(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
      return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
    } catch (IOException | IllegalArgumentException e) {
      LOG.debugf("cannot determine whether the machine was rebooted: %s", e);
      return System.nanoTime();
    }
  }

  /// The track of the last number; null where there was none.
  public @Nullable Track last() {
    int at = newest();
    if (get(at + NUMBER) == 0) {
      return null;
    }
    if (get(at + MACHINE) != machine) {
      set(at + MOMENT, get(at + MOMENT) + (LOST.toMillis() << IdLayout.COUNT));
      set(at + MACHINE, machine);
      file.force();
    }
    return new Track(at);
  }

  /// A new track for a number that was just assigned.
  public Track begin(int number, long millis) {
    int newest = newest();
    int at = newest == 0 ? PLACE : 0;
    set(at + NUMBER, number);
    set(at + MOMENT, millis << IdLayout.COUNT);
    set(at + MACHINE, machine);
    file.force();
    set(at + GENERATION, get(newest + GENERATION) + 1);
    file.force();
    return new Track(at);
  }

  private int newest() {
    return get(GENERATION) >= get(PLACE + GENERATION) ? 0 : PLACE;
  }

  /// Flushes the moments to disk; blocks.
  public void sync() {
    file.force();
  }

  private long get(int at) {
    return (long) LONG.getVolatile(file, (long) at);
  }

  private void set(int at, long value) {
    LONG.setVolatile(file, (long) at, value);
  }

  /// The moments of one replica number.
  public final class Track {
    private final int at;
    private final int number;

    private Track(int at) {
      this.at = at;
      this.number = (int) get(at + NUMBER);
    }

    /// The replica number; 0 for none.
    public int number() {
      return number;
    }

    /// The next moment, not before `millis`.
    long next(long millis) {
      long floor = millis << IdLayout.COUNT;
      while (true) {
        long before = (long) LONG.getVolatile(file, (long) at + MOMENT);
        long next = Math.max(before + 1, floor);
        if (LONG.compareAndSet(file, (long) at + MOMENT, before, next)) {
          return next;
        }
      }
    }

    /// The millisecond of the last moment.
    public long millis() {
      return get(at + MOMENT) >>> IdLayout.COUNT;
    }
  }
}
