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

/// The moments of a replica's ids: each is a millisecond since 1970 and a count within it, as one
/// number that is larger than all before it. It stands in a mapped file of the data folder, so that
/// a process that is killed has left it behind: the next one, with or without the database, goes on
/// after it, whatever the clock says.
///
/// What the file of a machine that lost its power has, may be older: so after a start of the
/// machine, moments begin a [#LOST] later than the file says.
///
/// The moment stands beside the number of the replica that it belongs to. A new number starts a
/// [Track] of its own: there are two places in the file, and the new one takes the older.
///
/// [Track#next] is for all threads and takes no lock; the rest is guarded by its owner.
public final class IdCounter {
  private static final Logger LOG = Logger.getLogger(IdCounter.class);

  /// More than what a file system and [#sync] keep in memory alone.
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

  /// @param machine differs after each start of the machine
  public IdCounter(Path path, long machine) {
    this.machine = machine;
    try {
      if (length(path) != PLACES * PLACE) {
        // Written in full, lest the disk has no place for a page when it is first touched.
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
      LOG.debugf("%s is not there yet", path);
      return 0;
    }
  }

  /// What differs after each start of this machine; where that can't be known, after each start
  /// of the process.
  public static long machine() {
    try {
      UUID id =
          UUID.fromString(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
      return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
    } catch (IOException | IllegalArgumentException e) {
      LOG.debugf("nothing tells whether the machine was started anew: %s", e);
      return System.nanoTime();
    }
  }

  /// The moments of the number that was taken last; null where none ever was.
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

  /// The moments of a number that was just taken: from now on the last one.
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

  /// Has the disk keep what was counted until now. Blocks on it.
  public void sync() {
    file.force();
  }

  private long get(int at) {
    return (long) LONG.getVolatile(file, (long) at);
  }

  private void set(int at, long value) {
    LONG.setVolatile(file, (long) at, value);
  }

  /// The moments of one number.
  public final class Track {
    private final int at;
    private final int number;

    private Track(int at) {
      this.at = at;
      this.number = (int) get(at + NUMBER);
    }

    /// Of the replica; 0 for none.
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
