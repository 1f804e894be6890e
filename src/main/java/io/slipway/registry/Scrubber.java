package io.slipway.registry;

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

/// Reads every archive of the store again within a day and compares it with its digest, so that
/// bytes that have rotted, or are gone, are found before they are needed, and named with the
/// version that they belong to. They are never served: whoever unpacks an archive verifies it too.
/// Where there is a bucket, it and the disk mend each other; else the same archive, published
/// again, mends them.
///
/// It goes through the versions in the order of their registration, on a thread of its own, so
/// slowly that no disk feels it. Where it is, is kept beside the store: a process that is often
/// started anew gets to the end nevertheless.
@ApplicationScoped
class Scrubber {
  private static final Logger LOG = Logger.getLogger(Scrubber.class);

  /// A round takes at most so long, and the next one begins so long after it began: an archive is
  /// read again within two of these.
  private static final Duration ROUND = Duration.ofHours(12);

  /// The part of a round in which all is to be read.
  private static final double HASTE = 0.5;

  /// In bytes a second; what is slower spares nobody.
  private static final long LEAST_RATE = 4 << 20;

  /// The start of the process has other things to do; and what was broken off goes on after it.
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final int PAGE = 100;

  private final BlobStore store;
  private final Archives archives;
  private final Catalogue catalogue;
  private final RegistryMetrics metrics;
  private final Path place;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /// An archive that a version needs.
  ///
  /// @param id in the order of registration
  record Archive(long id, String model, int version, Digest blob) {}

  @Inject
  Scrubber(
      BlobStore store,
      Archives archives,
      Catalogue catalogue,
      RegistryMetrics metrics,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.store = store;
    this.archives = archives;
    this.catalogue = catalogue;
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
          LOG.debugf("the archives are read on later: %s", e.getMessage());
        } catch (RuntimeException e) {
          LOG.error("the archives can't be read again; the next try follows", e);
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
  /// @param rate in bytes a second
  /// @return whether it came to the end; not where the process stops
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
  }

  private long read() {
    try {
      return Files.exists(place) ? Long.parseLong(Files.readString(place).strip()) : 0;
    } catch (IOException | NumberFormatException e) {
      LOG.debugf("%s is not read: from the start", place);
      return 0;
    }
  }

  private void write(long done) {
    try {
      Files.writeString(place, Long.toString(done));
    } catch (IOException e) {
      LOG.debugf("%s can't be written; the next start begins anew: %s", place, e);
    }
  }

  /// Gives bytes no faster than at a rate, and all that is left once the process stops.
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
