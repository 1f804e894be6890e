package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ProbeRunnerTest {
  private static final ProbeLimits SMALL =
      new ProbeLimits(Duration.ofSeconds(60), 256L << 20, 1L << 30);

  @TempDir Path folder;

  private static ProbeRunner running(Class<?> main, Duration time) {
    return new ProbeRunner(
        new ProbeLimits(time, 256L << 20, 1L << 30),
        List.of("-cp", System.getProperty("java.class.path"), main.getName()));
  }

  private static List<Finding> findings(ProbeRunner runner, Bundle bundle) {
    try {
      ProbeReport report = runner.run(bundle);
      throw new AssertionError("not refused: " + report);
    } catch (InvalidBundle e) {
      return e.findings();
    }
  }

  @Test
  void aRightBundleIsReportedWithItsExamplesItsPortsAndItsCost() {
    ProbeReport report = new ProbeRunner(SMALL).run(ModelFiles.reference("customer-v1"));
    assertThat(report.findings()).isEmpty();
    assertThat(report.examples()).isEqualTo(20);
    assertThat(report.maxDifference()).isBetween(1e-17, 1e-5);
    assertThat(report.millis()).isBetween(100L, 60_000L);
    assertThat(report.signatureJson())
        .startsWith(
            "{\"inputs\":[{\"name\":\"features\",\"dtype\":\"float32\",\"shape\":[-1,43]}],"
                + "\"outputs\":[");
    assertThat(report.cost().single()).isBetween(100L, 1_000_000_000L);
    assertThat(report.cost().ofEight()).isPositive();
    System.out.println("a probe of customer-v1: " + report);
  }

  @ParameterizedTest
  @CsvSource({
    "customer-bad,example_differs,examples.jsonl:1",
    "mail-bad,example_differs,examples.jsonl:1"
  })
  void aWrongBundleIsRefusedWithItsExamples(String name, String code, String where) {
    assertThat(findings(new ProbeRunner(SMALL), ModelFiles.reference(name)))
        .first()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.where()).isEqualTo(where);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "garbage,not_onnx",
    "tree-deep,tree_too_deep",
    "custom-domain,custom_operator",
    "external-parent,external_data_escapes",
    "unknown-operator,model_refused",
    "locale,missing_locale",
    "zipmap,unsupported_output"
  })
  void aNastyModelIsRefusedInTheProbe(String name, String code) {
    assertThat(findings(new ProbeRunner(SMALL), ModelFiles.bundle(folder, name)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.where()).isEqualTo(name + ".onnx");
              assertThat(finding.message()).doesNotContain(folder.toString());
            });
  }

  @Test
  void aCrashIsAFindingAndNotOurs() {
    Bundle bundle = ModelFiles.bundle(folder, "tree-deep");
    assertThat(findings(running(CarelessProbe.class, Duration.ofSeconds(60)), bundle))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("probe_crashed");
              assertThat(finding.message())
                  .contains("crashed with signal", "while opening tree-deep.onnx");
            });
  }

  @Test
  void aModelThatNeverEndsIsTimedOut() {
    ProbeLimits limits = new ProbeLimits(Duration.ofSeconds(15), 256L << 20, 1L << 30);
    long begin = System.nanoTime();
    assertThat(findings(new ProbeRunner(limits), ModelFiles.bundle(folder, "endless-loop")))
        .extracting(Finding::code, Finding::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "probe_timed_out",
                "the process that checks the bundle took longer than PT15S while running"
                    + " endless-loop.onnx on generated inputs"));
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(45));
  }

  @Test
  void aModelThatNeverAnswersGivesItsPlaceBackLongBeforeTheTimeOfATrialIsOver() {
    ProbeLimits limits =
        new ProbeLimits(
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            256L << 20,
            1L << 30,
            RunBounds.DEFAULT);
    long begin = System.nanoTime();
    assertThat(findings(new ProbeRunner(limits), ModelFiles.bundle(folder, "endless-kernel")))
        .extracting(Finding::code, Finding::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "probe_timed_out",
                "the model did not answer to its first input in 2 s; 2 other generated inputs"
                    + " ended no better"));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(1));
  }

  private static ProbeRunner withInputsThat(String... end) {
    return new ProbeRunner(
        new ProbeLimits(Duration.ofSeconds(60), 256L << 20, 1L << 30),
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            MoodyProbe.class.getName(),
            String.join(",", end)));
  }

  /// SIGSEGV is caught by HotSpot, SIGSYS ends the process as it is.
  @ParameterizedTest
  @ValueSource(strings = {"SEGV", "SYS"})
  void aModelThatFailsOnSomeGeneratedInputsAndCrashesOnOthersIsUntried(String signal) {
    ProbeReport report =
        withInputsThat("fail", signal, signal, signal, "fit").run(ModelFiles.bundle(folder, "sum"));
    assertThat(report.untried()).isTrue();
    assertThat(report.remarks())
        .extracting(Finding::message)
        .singleElement()
        .asString()
        .contains("crashed on inputs generated", "one golden example proves the model");
  }

  @Test
  void aCrashInNativeCodeOnAThreadOfJavasIsCalledOne() {
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    assertThat(findings(running(CrashingProbe.class, Duration.ofSeconds(60)), bundle))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("probe_crashed");
              assertThat(finding.message()).contains("crashed with signal 11 while opening");
            });
  }

  @ParameterizedTest
  @CsvSource({"late,took too long", "full,used too much memory", "SEGV,crashed"})
  void aGeneratedInputThatTakesTooMuchIsSkipped(String end, String words) {
    ProbeReport report = withInputsThat(end, end, "fit").run(ModelFiles.bundle(folder, "sum"));
    assertThat(report.untried()).isFalse();
    assertThat(report.remarks())
        .singleElement()
        .satisfies(
            remark -> {
              assertThat(remark.code()).isEqualTo("inputs_skipped");
              assertThat(remark.message()).contains("2 inputs", "were skipped", words);
            });
  }

  @ParameterizedTest
  @CsvSource({"late,took too long", "full,used too much memory", "SEGV,crashed"})
  void whatFailsOnSomeGeneratedInputsAndTakesTooMuchForOthersIsUntried(String end, String words) {
    ProbeReport report =
        withInputsThat("fail", end, end, end, "fit").run(ModelFiles.bundle(folder, "sum"));
    assertThat(report.untried()).isTrue();
    assertThat(report.remarks())
        .extracting(Finding::message)
        .singleElement()
        .asString()
        .contains(words + " on inputs generated", "one golden example proves the model");
  }

  @Test
  void aModelThatFailsOnAllGeneratedInputsButTheSkippedOnesIsUntried() {
    ProbeReport report = withInputsThat("late", "fail").run(ModelFiles.bundle(folder, "sum"));
    assertThat(report.untried()).isTrue();
    assertThat(report.remarks())
        .extracting(Finding::code)
        .containsExactly("inputs_skipped", "untried");
  }

  @ParameterizedTest
  @CsvSource({"late,probe_timed_out", "full,probe_out_of_memory", "SEGV,probe_crashed"})
  void aModelThatAnswersNoGeneratedInputIsRefused(String end, String code) {
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    assertThat(findings(withInputsThat(end, end, end, "fit"), bundle))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.message()).contains("2 other generated inputs");
            });
    assertThat(findings(withInputsThat(end), bundle))
        .extracting(Finding::code)
        .containsExactly(code);
  }

  @ParameterizedTest
  @CsvSource({"TERM,15", "KILL,9"})
  void aProcessThatIsEndedFromOutsideIsNoCrashOfTheModel(String signal, int number) {
    assumeThat(MemoryWatch.killedBySystem()).as("processes killed").isNotNegative();
    assertThat(findings(withInputsThat(signal), ModelFiles.bundle(folder, "sum")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("probe_killed");
              assertThat(finding.message())
                  .contains("ended from outside, by signal " + number, "publish it again")
                  .doesNotContain("crash");
            });
  }

  @Test
  void aModelThatWantsTooMuchMemoryAtOnceIsRefusedIt() {
    assertThat(findings(new ProbeRunner(SMALL), ModelFiles.bundle(folder, "memory-hog")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("model_fails");
              assertThat(finding.message()).contains("out of memory");
            });
  }

  /// It would take a gigabyte in each process that opens it; in a run, the run's bound holds.
  @Test
  void aHugeConstantIsNotComputedWhileTheModelIsOpened() {
    ProbeLimits limits =
        new ProbeLimits(
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            256L << 20,
            1L << 30,
            new RunBounds(256L << 20, 1L << 20));
    assertThat(findings(new ProbeRunner(limits), ModelFiles.bundle(folder, "constant-huge")))
        .extracting(Finding::code, Finding::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "model_fails",
                "the model fails on inputs as it declares them: its runs are out of memory;"
                    + " together they may use 256 MiB (slipway.serving.run-memory): one of its"
                    + " tensors has 1073741824 bytes"));
  }

  @Test
  void aModelThatEatsMemoryIsStopped() {
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    assertThat(findings(running(GreedyProbe.class, Duration.ofSeconds(60)), bundle))
        .extracting(Finding::code, Finding::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "probe_out_of_memory",
                "the process that checks the bundle used more than 1024 MiB of memory while eating"));
  }

  /// The system closes standard input when the process at its other end dies.
  @Test
  void theProcessEndsWithItsParentInTheMiddleOfARunThatNeverEnds() throws Exception {
    ProbeLimits limits = new ProbeLimits(Duration.ofMinutes(10), 256L << 20, 1L << 30);
    List<String> command = new ArrayList<>(ProbeCommand.java(limits, folder));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    command.add(ModelFiles.bundle(folder, "endless-loop").folder().toAbsolutePath().toString());
    command.addAll(List.of("600", Long.toString(2L << 30), Long.toString(1L << 30), "1000000"));
    command.add(Integer.toString(GeneratedCheck.FIRST_INPUT));
    Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.lines().anyMatch(line -> line.startsWith(GeneratedCheck.INPUT)))
          .as("a run has begun")
          .isTrue();
      process.getOutputStream().close();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ended").isTrue();
      assertThat(process.exitValue()).isEqualTo(Probe.ORPHANED);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void checksBeyondTheirFirstTrialBeginAgainOneAfterTheOther() {
    ProbeRunner runner =
        new ProbeRunner(
            new ProbeLimits(
                Duration.ofSeconds(60),
                Duration.ofMillis(1),
                Duration.ofSeconds(20),
                256L << 20,
                1L << 30,
                RunBounds.DEFAULT),
            List.of(
                "-cp", System.getProperty("java.class.path"), MoodyProbe.class.getName(), "fit"));
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    List<CompletableFuture<ProbeReport>> reports = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      reports.add(
          CompletableFuture.supplyAsync(() -> runner.run(bundle), Thread::startVirtualThread));
    }
    assertThat(reports).allSatisfy(report -> assertThat(report.join().findings()).isEmpty());
  }

  @Test
  void aProcessThatNeverStopsTalkingIsTimedOut() {
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    assertThat(findings(running(TalkativeProbe.class, Duration.ofSeconds(4)), bundle))
        .extracting(Finding::code)
        .containsExactly("probe_timed_out");
  }

  @Test
  void secretsOfTheEnvironmentAreNotInherited() {
    Map<String, String> environment =
        new HashMap<>(Map.of("PATH", "/bin", "LANG", "C", "SLIPWAY_DATABASE_PASSWORD", "secret"));
    ProbeCommand.environment(environment);
    assertThat(environment).containsOnlyKeys("PATH", "LANG", "ORT_DISABLE_TELEMETRY");
  }

  @Test
  void limitsThatNoProbeCouldKeepAreRefused() {
    assertThatThrownBy(() -> new ProbeLimits(Duration.ZERO, 1L << 30, 1L << 30))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ProbeLimits(Duration.ofSeconds(1), 1L << 30, 1L << 20))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
