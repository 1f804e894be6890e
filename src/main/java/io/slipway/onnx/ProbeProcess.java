package io.slipway.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.FolderRemoval;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.ProbeEnd.Cause;
import io.slipway.onnx.ProbeEnd.Displaced;
import io.slipway.onnx.ProbeEnd.Reported;
import io.slipway.onnx.ProbeEnd.Unreported;
import io.slipway.onnx.confinement.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/// One process that checks a bundle, with limits on its time and memory. When [#run] returns, it
/// has ended and its folder is deleted.
///
/// The process ends when its standard input does. This process holds the other end of that pipe, so
/// the system closes it in whatever way this process ends.
final class ProbeProcess {
  private static final int POLL_MILLIS = 20;

  /// The exit status of a process killed by a signal is this plus the signal's number.
  private static final int SIGNALS = 128;

  /// HotSpot's exit status after OutOfMemoryError, by -XX:+ExitOnOutOfMemoryError.
  private static final int HEAP_IS_FULL = 3;

  private static final int SIGKILL = 9;

  /// The signals that people and service managers send, and no fault of a program causes: SIGHUP,
  /// SIGINT, SIGKILL, SIGTERM.
  private static final Set<Integer> FROM_OUTSIDE = Set.of(1, 2, SIGKILL, 15);

  /// Address space allowed beyond the resident limit. A process that takes memory step by step is
  /// stopped by us, with a clear finding; one that requests it all at once, by the kernel.
  private static final long UNTOUCHED_BYTES = 1L << 30;

  /// The removal of the processes' folders. It is no reason against a bundle that a folder stays.
  private static final FolderRemoval FOLDERS = new FolderRemoval();

  /// Whether the missing system features were already logged.
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private static final Logger LOG = Logger.getLogger(ProbeProcess.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bundle bundle;
  private final ProbeLimits limits;
  private final List<String> program;
  private final BooleanSupplier lasts;

  /// @param program the arguments of `java` that name the program
  /// @param lasts whether the process may go on; asked every few milliseconds
  ProbeProcess(Bundle bundle, ProbeLimits limits, List<String> program, BooleanSupplier lasts) {
    this.bundle = bundle;
    this.limits = limits;
    this.program = program;
    this.lasts = lasts;
  }

  /// @param from the number of the first generated input for a model without examples;
  ///     [GeneratedCheck#NO_INPUT]: none is tried
  /// @throws InvalidBundle where opening the graphs needs too much memory
  ProbeEnd run(int from) throws IOException {
    FOLDERS.again();
    Path work = Files.createTempDirectory("slipway-probe");
    try {
      return run(from, work);
    } finally {
      FOLDERS.delete(work);
    }
  }

  private ProbeEnd run(int from, Path work) throws IOException {
    List<String> command = new ArrayList<>(ProbeCommand.java(limits, work));
    command.addAll(program);
    command.add(bundle.folder().toAbsolutePath().toString());
    command.add(Long.toString(limits.time().toSeconds() + 10));
    command.add(Long.toString(limits.residentBytes() + UNTOUCHED_BYTES));
    command.add(Long.toString(limits.runs().memoryBytes()));
    command.add(Long.toString(limits.runs().outputBytes()));
    command.add(Integer.toString(from));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    ProbeCommand.environment(builder.environment());
    long begin = System.nanoTime();
    long killed = MemoryWatch.killedBySystem();
    Process process = start(builder);
    try {
      ProbeOutput output = new ProbeOutput(process);
      MemoryWatch memory = new MemoryWatch(process.pid());
      memory.sacrifice();
      OpeningGrowth growth = new OpeningGrowth(bundle);
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - begin > limits.time().toNanos()) {
          return ended(output, Cause.LATE, "took longer than " + limits.time());
        }
        if (!lasts.getAsBoolean()) {
          return new Displaced();
        }
        long resident = memory.residentBytes();
        if (resident > limits.residentBytes()) {
          return ended(output, Cause.OUT_OF_MEMORY, tookMoreThan(limits.residentBytes()));
        }
        growth.sample(output.stage(), resident);
      }
      output.await();
      tell(output.unconfined());
      CrashLog crash = CrashLog.in(work);
      return crash == null ? ended(output, process.exitValue(), killed) : ended(output, crash);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a bundle was checked", e);
    } finally {
      kill(process);
    }
  }

  /// @param killed [MemoryWatch#killedBySystem] before this process was started
  private ProbeEnd ended(ProbeOutput output, int exit, long killed) {
    String line = output.report();
    if (exit == 0 && line != null) {
      return reported(output, line);
    }
    if (exit == HEAP_IS_FULL) {
      return ended(output, Cause.OUT_OF_MEMORY, tookMoreThan(limits.heapBytes()));
    }
    int signal = exit - SIGNALS;
    if (signal == SIGKILL && (killed < 0 || MemoryWatch.killedBySystem() > killed)) {
      String what = "was killed by the system, which is running out of memory,";
      return ended(output, Cause.OUT_OF_MEMORY, what);
    }
    if (FROM_OUTSIDE.contains(signal)) {
      String what = "was ended from outside, by signal " + signal + ",";
      Unreported end = ended(output, Cause.KILLED, what);
      return new Unreported(
          Cause.KILLED,
          new Finding(
              Cause.KILLED.code(),
              end.finding().where(),
              end.finding().message() + ", which says nothing about the model: publish it again"),
          end.input(),
          end.answered());
    }
    if (signal > 0) {
      return ended(output, Cause.CRASHED, "crashed with signal " + signal);
    }
    // It ended by itself, which generated inputs do not excuse.
    Unreported end = ended(output, Cause.CRASHED, "ended with code " + exit);
    return new Unreported(Cause.CRASHED, end.finding(), 0, false);
  }

  private ProbeEnd ended(ProbeOutput output, CrashLog crash) {
    if (crash.memory()) {
      return ended(output, Cause.OUT_OF_MEMORY, "got no more memory from the system");
    }
    String what = crash.signal() > 0 ? "crashed with signal " + crash.signal() : "crashed";
    return ended(output, Cause.CRASHED, what);
  }

  private ProbeEnd reported(ProbeOutput output, String line) {
    ProbeReport report;
    try {
      report = JSON.readValue(line, ProbeReport.class);
    } catch (JsonProcessingException e) {
      return ended(output, Cause.CRASHED, "left no readable report");
    }
    int input = input(output);
    if (input > 0 && report.late()) {
      Finding late = report.findings().getFirst();
      return new Unreported(Cause.LATE, late, input, output.answered());
    }
    return new Reported(report, output.answered());
  }

  private Unreported ended(ProbeOutput output, Cause cause, String what) {
    LOG.warnf("The probe of %s %s; its errors: %s", bundle.digest(), what, output.errors());
    return new Unreported(
        cause,
        new Finding(
            cause.code(),
            bundle.manifest().model().file(),
            "the process that checks the bundle " + what + " while " + output.stage()),
        input(output),
        output.answered());
  }

  private static int input(ProbeOutput output) {
    return output.stage().endsWith(Trial.MADE_UP) ? output.input() : 0;
  }

  private static String tookMoreThan(long limit) {
    return "used more than " + (limit >> 20) + " MiB of memory";
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

  private static void tell(List<String> unconfined) {
    if (!unconfined.isEmpty() && TOLD.compareAndSet(false, true)) {
      LOG.warnf(
          "On this system the process that checks bundles is not confined in: %s", unconfined);
    }
  }

  private static void kill(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }
}
