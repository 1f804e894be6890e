package io.slipway.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.confinement.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Checks a bundle in a separate process, with limits on time and memory, without network and
/// without access to other files. A server opens only bundles that passed.
///
/// Guarantees: the check ends within the time limit, with a report or with [InvalidBundle]. When
/// [#run] returns, the process has ended and its folder is deleted. At most two processes run at
/// once; further callers wait.
public final class ProbeRunner {
  private static final int AT_ONCE = 2;
  private static final int POLL_MILLIS = 20;

  /// The exit status of a process killed by a signal is this plus the signal's number.
  private static final int SIGNALS = 128;

  /// Address space allowed beyond the resident limit. A process that takes memory step by step is
  /// stopped by us, with a clear finding; one that requests it all at once, by the kernel.
  private static final long UNTOUCHED_BYTES = 1L << 30;

  /// The signal of Linux's out-of-memory killer; ours is sent after the last look only.
  private static final int KILLED = 9;

  /// Whether the missing system features were already logged.
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private static final Logger LOG = Logger.getLogger(ProbeRunner.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ProbeLimits limits;
  private final List<String> program;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  public ProbeRunner(ProbeLimits limits) {
    this(limits, ProbeCommand.program());
  }

  /// @param program the arguments of `java` that name the program
  ProbeRunner(ProbeLimits limits, List<String> program) {
    this.limits = limits;
    this.program = program;
  }

  /// Checks `bundle` in its folder.
  ///
  /// @throws InvalidBundle with all faults, including a crash and an exceeded limit
  public ProbeReport run(Bundle bundle) {
    places.acquireUninterruptibly();
    try {
      ProbeReport report = run(bundle, true);
      return report == null ? Objects.requireNonNull(run(bundle, false)) : report;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      places.release();
    }
  }

  /// @param makeUp whether a model without examples runs on generated inputs
  /// @return null where the process crashed on generated inputs, which says nothing about real ones
  private @Nullable ProbeReport run(Bundle bundle, boolean makeUp) throws IOException {
    Path work = Files.createTempDirectory("slipway-probe");
    try {
      return run(bundle, makeUp, work);
    } finally {
      delete(work);
    }
  }

  private @Nullable ProbeReport run(Bundle bundle, boolean makeUp, Path work) throws IOException {
    List<String> command = new ArrayList<>(ProbeCommand.java(limits, work));
    command.addAll(program);
    command.add(bundle.folder().toAbsolutePath().toString());
    command.add(Long.toString(limits.time().toSeconds() + 10));
    command.add(Long.toString(limits.residentBytes() + UNTOUCHED_BYTES));
    command.add(Long.toString(limits.runs().memoryBytes()));
    command.add(Long.toString(limits.runs().outputBytes()));
    command.add(Boolean.toString(makeUp));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    ProbeCommand.environment(builder.environment());
    long begin = System.nanoTime();
    Process process = start(builder);
    try {
      process.getOutputStream().close();
      ProbeOutput output = new ProbeOutput(process);
      MemoryWatch memory = new MemoryWatch(process.pid());
      memory.sacrifice();
      OpeningGrowth growth = new OpeningGrowth(bundle);
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - begin > limits.time().toNanos()) {
          throw ended(bundle, output, "probe_timed_out", "took longer than " + limits.time());
        }
        long resident = memory.residentBytes();
        if (resident > limits.residentBytes()) {
          throw outOfMemory(bundle, output, limits.residentBytes());
        }
        growth.sample(output.stage(), resident);
      }
      if (makeUp && process.exitValue() > SIGNALS && output.lastStage().endsWith(Trial.MADE_UP)) {
        return null;
      }
      ProbeReport report = report(bundle, process.exitValue(), output);
      tell(output.unconfined());
      return report.after(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a bundle was checked", e);
    } finally {
      kill(process);
    }
  }

  /// Starts the process on a new thread, whose low priority it inherits; the calling thread is
  /// needed for callers again.
  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return CompletableFuture.supplyAsync(
              () -> startBehindOthers(builder),
              Thread.ofPlatform().daemon().name("slipway-probe")::start)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }

  private static Process startBehindOthers(ProcessBuilder builder) {
    Background.giveWay();
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProbeReport report(Bundle bundle, int exit, ProbeOutput output)
      throws InterruptedException {
    String line = output.report();
    if (exit == 0 && line != null) {
      ProbeReport report;
      try {
        report = JSON.readValue(line, ProbeReport.class);
      } catch (JsonProcessingException e) {
        throw ended(bundle, output, "probe_crashed", "left no readable report");
      }
      if (!report.findings().isEmpty()) {
        throw new InvalidBundle(report.findings());
      }
      return report;
    }
    // HotSpot's exit code after OutOfMemoryError, by -XX:+ExitOnOutOfMemoryError.
    if (exit == 3) {
      throw outOfMemory(bundle, output, limits.heapBytes());
    }
    if (exit == 128 + KILLED) {
      throw ended(
          bundle,
          output,
          "probe_out_of_memory",
          "was killed by the system, which is running out of memory,");
    }
    throw ended(
        bundle,
        output,
        "probe_crashed",
        exit > SIGNALS ? "crashed with signal " + (exit - SIGNALS) : "ended with code " + exit);
  }

  private static void tell(List<String> unconfined) {
    if (!unconfined.isEmpty() && TOLD.compareAndSet(false, true)) {
      LOG.warnf(
          "On this system the process that checks bundles is not confined in: %s", unconfined);
    }
  }

  private static InvalidBundle outOfMemory(Bundle bundle, ProbeOutput output, long limit) {
    return ended(
        bundle,
        output,
        "probe_out_of_memory",
        "used more than " + (limit >> 20) + " MiB of memory");
  }

  private static InvalidBundle ended(Bundle bundle, ProbeOutput output, String code, String what) {
    LOG.warnf("The probe of %s %s; its errors: %s", bundle.digest(), what, output.errors());
    return new InvalidBundle(
        code,
        bundle.manifest().model().file(),
        "the process that checks the bundle " + what + " while " + output.stage());
  }

  private static void kill(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
