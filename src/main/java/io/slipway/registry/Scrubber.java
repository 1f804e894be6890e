package io.slipway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads every stored archive again within a day and compares it with its digest. So damaged or
/// missing archives are found before they are needed, and reported with their versions. They are
/// never served: every use of an archive verifies it, too. With a bucket, the bucket and the disk
/// repair each other; without one, publishing the same archive again repairs it.
///
/// It reads the archives in the order of registration, on a thread of its own, at a rate that
/// hardly loads the disk. Its position is kept beside the store, so that it reaches the end even
/// if the process is restarted often.
@ApplicationScoped
class Scrubber {
  private static final Logger LOG = Logger.getLogger(Scrubber.class);

  /// The longest duration of a round, and the time from its start to the start of the next. So an
  /// archive is read again within twice this time.
  private static final Duration ROUND = Duration.ofHours(12);

  /// The fraction of a round in which all archives should be read.
  private static final double HASTE = 0.5;

  /// The minimum rate in bytes per second; a lower one would not relieve the disk.
  private static final long LEAST_RATE = 4 << 20;

  /// The pause after the start, when the process is busy, and before an interrupted round
  /// continues.
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final int PAGE = 100;

  /// The kind of the event for an archive that was found damaged or missing.
  static final String DAMAGED = "archive.damaged";

  private final BlobStore store;
  private final Archives archives;
  private final Catalogue catalogue;
  private final Outbox outbox;
  private final RegistryMetrics metrics;
  private final Path place;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /// An archive that a version needs.
  ///
  /// @param id the row id of the version, in the order of registration
  record Archive(long id, String model, int version, Digest blob) {}

  @Inject
  Scrubber(
      BlobStore store,
      Archives archives,
      Catalogue catalogue,
      Outbox outbox,
      RegistryMetrics metrics,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.store = store;
    this.archives = archives;
    this.catalogue = catalogue;
    this.outbox = outbox;
    this.metrics = metrics;
    this.place = data.resolve("store").resolve("scrubbed");
  }

  void start(@Observes StartupEvent event) {
    Thread.ofPlatform().daemon().name("slipway-scrub").start(this::watch);
  }

  void stop(@Observes ShutdownEvent event) {
    stopped.countDown();
  }

  private void watch() {
    Duration pause = SOON;
    try {
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        long begun = System.nanoTime();
        boolean whole = false;
        try {
          whole = round(Math.max(LEAST_RATE, (long) (store.bytes() / (ROUND.toSeconds() * HASTE))));
        } catch (Refusal.Unavailable e) {
          LOG.debugf("verification of the archives continues later: %s", e.getMessage());
        } catch (RuntimeException e) {
          LOG.error("verification of the archives failed; trying again", e);
        }
        Duration rest = ROUND.minusNanos(System.nanoTime() - begun);
        pause = whole && rest.compareTo(SOON) > 0 ? rest : SOON;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Reads the archives that this round has not read yet.
  ///
  /// @param rate in bytes per second
  /// @return whether the round is complete; false if the process stops
  boolean round(long rate) {
    long done = read();
    while (true) {
      List<Archive> page = catalogue.archives(done, PAGE);
      if (page.isEmpty()) {
        write(0);
        return true;
      }
      for (Archive archive : page) {
        if (stopped.getCount() == 0) {
          return false;
        }
        check(archive, rate);
        done = archive.id();
        write(done);
      }
    }
  }

  private void check(Archive archive, long rate) {
    try {
      String mended = archives.scrub(archive.blob(), in -> new Paced(in, rate));
      if (mended != null) {
        found(archive, mended);
      }
    } catch (CorruptBlob e) {
      found(archive, e.getMessage());
    }
  }

  private void found(Archive archive, @Nullable String what) {
    metrics.corrupt();
    LOG.errorf("%s version %d: %s", archive.model(), archive.version(), what);
    outbox.add(
        DAMAGED,
        archive.model(),
        JsonNodeFactory.instance
            .objectNode()
            .put("version", archive.version())
            .put("blob", archive.blob().toString())
            .put("detail", what));
  }

  private long read() {
    try {
      return Files.exists(place) ? Long.parseLong(Files.readString(place).strip()) : 0;
    } catch (IOException | NumberFormatException e) {
      LOG.debugf("%s can't be read; starting from the first archive", place);
      return 0;
    }
  }

  private void write(long done) {
    try {
      Files.writeString(place, Long.toString(done));
    } catch (IOException e) {
      LOG.debugf("%s can't be written; after a restart, verification begins again: %s", place, e);
    }
  }

  /// Limits the rate of a stream, until the process stops.
  private final class Paced extends FilterInputStream {
    private final long rate;
    private final long begun = System.nanoTime();
    private long given;
    private boolean hurried;

    Paced(InputStream in, long rate) {
      super(in);
      this.rate = rate;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = super.read(into, from, length);
      given += Math.max(0, n);
      double due = (double) given / rate * TimeUnit.SECONDS.toNanos(1);
      try {
        hurried =
            hurried
                || stopped.await((long) due - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return n;
    }
  }
}
