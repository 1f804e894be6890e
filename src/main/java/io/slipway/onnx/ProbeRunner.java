package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.ProbeEnd.Cause;
import io.slipway.onnx.ProbeEnd.Reported;
import io.slipway.onnx.ProbeEnd.Unreported;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Checks a bundle in a separate process, with limits on time and memory, without network and
/// without access to other files. A server opens only bundles that passed.
///
/// A generated input on which the process crashes, takes too long, or takes too much memory, is
/// skipped: a new process continues with the next one. A model that answers none is refused, since
/// any caller could do the same to the server.
///
/// Guarantees: the check ends within a multiple of the time limit, with a report or with
/// [InvalidBundle]. When [#run] returns, the process has ended and its folder is deleted. At most
/// two processes run at once; further callers wait.
public final class ProbeRunner {
  private static final int AT_ONCE = 2;

  /// The number of skipped inputs after which no more are tried.
  private static final int MOST_SKIPPED = 3;

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
      long begun = System.nanoTime();
      ProbeReport report = tried(bundle, begun);
      return report.after(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      places.release();
    }
  }

  private ProbeReport tried(Bundle bundle, long begun) throws IOException {
    List<Unreported> skipped = new ArrayList<>();
    boolean answered = false;
    int from = GeneratedCheck.FIRST_INPUT;
    ProbeLimits left = limits;
    while (true) {
      switch (new ProbeProcess(bundle, left, program).run(from)) {
        case Reported(ProbeReport report, boolean now) -> {
          return judged(bundle, report, skipped, answered || now);
        }
        case Unreported end -> {
          if (end.input() == 0 || end.cause() == Cause.KILLED) {
            throw end.refusal();
          }
          skipped.add(end);
          answered |= end.answered();
          Duration time = limits.time().minusNanos(System.nanoTime() - begun);
          if (skipped.size() == MOST_SKIPPED || !time.isPositive()) {
            if (!answered) {
              throw neverAnswers(skipped);
            }
            return withoutInputs(bundle, end.cause());
          }
          from = end.input() + 1;
          left = limits.within(time);
        }
      }
    }
  }

  /// @param skipped the ends of earlier processes on generated inputs
  /// @param answered whether the model has answered any generated input
  private static ProbeReport judged(
      Bundle bundle, ProbeReport report, List<Unreported> skipped, boolean answered) {
    if (!report.findings().isEmpty()) {
      throw new InvalidBundle(report.findings());
    }
    if (skipped.isEmpty()) {
      return report;
    }
    if (!answered) {
      throw neverAnswers(skipped);
    }
    String file = bundle.manifest().model().file();
    Cause cause = skipped.getFirst().cause();
    return report.with(GeneratedCheck.skipped(file, skipped.size(), cause.words()));
  }

  private static InvalidBundle neverAnswers(List<Unreported> skipped) {
    Finding first = skipped.getFirst().finding();
    int others = skipped.size() - 1;
    return new InvalidBundle(
        first.code(),
        first.where(),
        others == 0
            ? first.message()
            : first.message() + "; " + others + " other generated inputs ended no better");
  }

  /// Only opens the model, which is then registered as untried.
  private ProbeReport withoutInputs(Bundle bundle, Cause cause) throws IOException {
    return switch (new ProbeProcess(bundle, limits, program).run(GeneratedCheck.NO_INPUT)) {
      case Reported(ProbeReport report, boolean _) -> {
        if (!report.findings().isEmpty()) {
          throw new InvalidBundle(report.findings());
        }
        String file = bundle.manifest().model().file();
        yield report.with(GeneratedCheck.notSurvived(file, cause.words()));
      }
      case Unreported end -> throw end.refusal();
    };
  }
}
