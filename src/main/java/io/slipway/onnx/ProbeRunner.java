package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.ProbeEnd.Cause;
import io.slipway.onnx.ProbeEnd.Displaced;
import io.slipway.onnx.ProbeEnd.Reported;
import io.slipway.onnx.ProbeEnd.Unreported;
import io.slipway.onnx.ProbePlaces.Place;
import io.slipway.onnx.ProbePlaces.Publisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Checks a bundle in a separate process, with limits on time and memory, without network and
/// without access to other files. A server opens only bundles that passed.
///
/// A generated input on which the process crashes, takes too long, or takes too much memory, is
/// skipped: a new process continues with the next one. A model that answers none is refused, since
/// any caller could do the same to the server.
///
/// Guarantees: the check ends within a multiple of the time limit, with a report or with
/// [InvalidBundle]. When [#run] returns, the process has ended and its folder is deleted. At most
/// two processes run at once; further callers wait, in an order that is fair among publishers
/// ([ProbePlaces]).
public final class ProbeRunner {
  /// The number of skipped inputs after which no more are tried.
  private static final int MOST_SKIPPED = 3;

  private final ProbeLimits limits;
  private final List<String> program;
  private final ProbePlaces places;

  public ProbeRunner(ProbeLimits limits) {
    this(limits, ProbeCommand.program());
  }

  /// @param program the arguments of `java` that name the program
  ProbeRunner(ProbeLimits limits, List<String> program) {
    this.limits = limits;
    this.program = program;
    this.places = new ProbePlaces(limits.firstTrial(), System::nanoTime);
  }

  /// Checks `bundle` in its folder, for the only publisher.
  ///
  /// @throws InvalidBundle with all faults, including a crash and an exceeded limit
  public ProbeReport run(Bundle bundle) {
    return run(bundle, "", "");
  }

  /// Checks `bundle` in its folder, when it is the publisher's turn.
  ///
  /// @param model that the bundle is published for
  /// @throws InvalidBundle with all faults, including a crash and an exceeded limit
  public ProbeReport run(Bundle bundle, String publisher, String model) {
    Place place = places.take(new Publisher(publisher, model)).join();
    try {
      while (true) {
        long begun = System.nanoTime();
        ProbeReport report = tried(bundle, place, begun);
        if (report != null) {
          return report.after(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
        place = place.again().join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      place.close();
    }
  }

  /// @return null where the check has lost its place, and is to begin again
  private @Nullable ProbeReport tried(Bundle bundle, Place place, long begun) throws IOException {
    List<Unreported> skipped = new ArrayList<>();
    boolean answered = false;
    int from = GeneratedCheck.FIRST_INPUT;
    ProbeLimits left = limits;
    while (true) {
      switch (process(bundle, left, place).run(from)) {
        case Displaced() -> {
          return null;
        }
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
            return withoutInputs(bundle, place, end.cause());
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
  private @Nullable ProbeReport withoutInputs(Bundle bundle, Place place, Cause cause)
      throws IOException {
    return switch (process(bundle, limits, place).run(GeneratedCheck.NO_INPUT)) {
      case Displaced() -> null;
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

  private ProbeProcess process(Bundle bundle, ProbeLimits within, Place place) {
    return new ProbeProcess(bundle, within, program, place::lasts);
  }
}
