package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.bundle.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedCheckTest {
  @TempDir private Path folder;

  private ProbeReport check(String name) {
    ModelFiles.bundle(folder, name);
    return Trial.of(folder, RunBounds.DEFAULT, GeneratedCheck.FIRST_INPUT, line -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum",
        "identity-string",
        "identity-bool",
        "identity-int8",
        "identity-int64",
        "identity-float64",
        "narrow-outputs",
        "wrong-output-shape",
        "nested-8",
        "overridable"
      })
  void tensorsWithoutExamplesRunOnMadeUpInputs(String name) {
    ProbeReport report = check(name);
    assertThat(report.findings()).isEmpty();
    assertThat(report.remarks()).isEmpty();
    assertThat(report.optimization()).isEqualTo(Optimization.ALL);
  }

  /// Each wants something else of made-up inputs than the same size and the same value everywhere.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "made-up/state-named",
        "made-up/audio",
        "made-up/resize-sizes",
        "made-up/parsed-strings",
        "made-up/divided",
        "made-up/sampling-rate",
        "made-up/cache",
        "made-up/reshaped",
        "made-up/sliced",
        "made-up/split",
        "made-up/named-product",
        "made-up/unnamed-product",
        "made-up/recurrent",
        "made-up/scalars",
        "made-up/empty-axes",
        "made-up/constant",
        "made-up/any-rank",
        "made-up/flag"
      })
  void inputsAreMadeUpFromWhatTheGraphDoesWithThem(String name) {
    ProbeReport report = check(name);
    assertThat(report.findings()).isEmpty();
    assertThat(report.remarks()).isEmpty();
  }

  @Test
  void whatNoMadeUpInputFitsIsUntriedAndNotRefused() {
    ProbeReport report = check("made-up/unguessable");
    assertThat(report.findings()).isEmpty();
    assertThat(report.untried()).isTrue();
    assertThat(report.remarks())
        .singleElement()
        .satisfies(
            remark -> {
              assertThat(remark.code()).isEqualTo("untried");
              assertThat(remark.message())
                  .contains("generated from", "one golden example proves the model");
            });
  }

  @Test
  void inputsAreTriedFromTheOneThatIsAskedForAndToldByTheirNumbers() {
    ModelFiles.bundle(folder, "made-up/audio");
    List<String> lines = new ArrayList<>();
    assertThat(Trial.of(folder, RunBounds.DEFAULT, 3, lines::add).findings()).isEmpty();
    assertThat(lines).contains("input 3", "answered").doesNotContain("input 1", "input 2");
  }

  @Test
  void withoutMadeUpInputsTheModelIsOpenedAndNotRun() {
    ModelFiles.bundle(folder, "sum");
    List<String> lines = new ArrayList<>();
    ProbeReport report = Trial.of(folder, RunBounds.DEFAULT, GeneratedCheck.NO_INPUT, lines::add);
    assertThat(report.findings()).isEmpty();
    assertThat(report.remarks()).isEmpty();
    assertThat(lines).contains("stage opening sum.onnx").doesNotContain("input 1");
  }

  @Test
  void aFirstDimensionThatIsNotAsFreeAsDeclaredIsSaid() {
    ProbeReport report = check("single-row");
    assertThat(report.findings()).isEmpty();
    assertThat(report.untried()).isFalse();
    assertThat(report.remarks()).extracting(Finding::code).isEqualTo(List.of("batch_fails"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "made-up/optimizer-dropout",
        "made-up/optimizer-cast",
        "made-up/optimizer-identity"
      })
  void whatTheOptimizerBreaksIsTriedWithLessOfIt(String name) {
    ProbeReport report = check(name);
    assertThat(report.findings()).isEmpty();
    assertThat(report.untried()).isFalse();
    assertThat(report.optimization()).isEqualTo(Optimization.NONE);
    assertThat(report.remarks())
        .singleElement()
        .satisfies(
            remark -> {
              assertThat(remark.code()).isEqualTo("less_optimized");
              assertThat(remark.message())
                  .contains("the runtime's optimiser breaks this graph", "\"none\"")
                  .doesNotContainIgnoringCase("invalid model");
            });
  }

  @Test
  void aModelThatWantsTooMuchForTheLeastInputIsRefused() {
    ModelFiles.bundle(folder, "memory-hog");
    RunBounds small = new RunBounds(64L << 20, 64L << 20);
    assertThat(Trial.of(folder, small, GeneratedCheck.FIRST_INPUT, line -> {}).findings())
        .extracting(Finding::code)
        .isEqualTo(List.of("model_fails"));
  }
}
