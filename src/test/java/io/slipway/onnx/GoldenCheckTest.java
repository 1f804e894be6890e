package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenCheckTest {
  private static final String LOGITS =
      """
      "tensors": [{"name": "x", "from": "x"}], "output": {"labels": ["a", "b"], "logits": "y"}""";
  private static final String HALVES =
      """
      {"object": {"x": [%s]}, "output": {"label": "a", "probabilities": {"a": 0.5, "b": 0.5}}}""";

  @TempDir Path folder;

  private static GoldenCheck.Result check(Bundle bundle) {
    try (BundleModel model = BundleModel.open(bundle)) {
      return GoldenCheck.run(model, bundle);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"customer-v1", "customer-v2", "review-v1", "image-v1", "mail-v1"})
  void realBundlesReproduceTheirExamples(String name) {
    Bundle bundle = ModelFiles.reference(name);
    GoldenCheck.Result result = check(bundle);
    assertThat(result.findings()).isEmpty();
    assertThat(result.examples()).isEqualTo(bundle.examples().size()).isGreaterThan(8);
    assertThat(result.maxDifference()).isBetween(1e-17, 1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"customer-v2", "review-v1", "image-v1", "mail-v1"})
  void realBundlesReproduceTheirExamplesInsideOfTheirArchives(String name) throws IOException {
    Bundle unpacked = ModelFiles.reference(name);
    Path zip = folder.resolve("bundle.zip");
    BundleArchive.pack(unpacked.folder(), zip);
    Bundle bundle = new BundleReader().openArchive(zip);
    try (FileSystem _ = bundle.folder().getFileSystem()) {
      assertThat(bundle.digest()).isEqualTo(unpacked.digest());
      GoldenCheck.Result result = check(bundle);
      assertThat(result.findings()).isEmpty();
      assertThat(result.examples()).isEqualTo(unpacked.examples().size());
      assertThat(folder.toFile().list()).as("nothing is unpacked").containsExactly("bundle.zip");
    }
  }

  /// The runtime would look for them in the working folder of the process.
  @Test
  void valuesInOtherFilesAreNotReadInsideOfAnArchive() throws IOException {
    Path source = folder.resolve("source");
    ModelFiles.bundle(source, "external-inside", "weights.data");
    BundleModel.open(new BundleReader().open(source)).close();
    Path zip = folder.resolve("bundle.zip");
    BundleArchive.pack(source, zip);
    Bundle bundle = new BundleReader().openArchive(zip);
    try (FileSystem _ = bundle.folder().getFileSystem()) {
      assertThatThrownBy(() -> BundleModel.open(bundle))
          .isInstanceOf(ModelFailure.NeedsFiles.class)
          .hasMessageContaining("external-inside.onnx");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"customer-bad", "mail-bad"})
  void wrongBundlesAreFoundByTheirExamples(String name) {
    GoldenCheck.Result result = check(ModelFiles.reference(name));
    assertThat(result.findings()).isNotEmpty();
    assertThat(result.maxDifference()).isGreaterThan(1e-3);
    assertThat(result.findings())
        .allSatisfy(
            finding -> {
              assertThat(finding.code()).isEqualTo("example_differs");
              assertThat(finding.where()).matches("examples\\.jsonl:\\d+");
              assertThat(finding.message()).contains("expected", "got");
            });
  }

  /// Runs where the reference data lies beside the project, or where `slipway.shared` says.
  @TestFactory
  Stream<DynamicTest> allReferenceBundlesAreJudgedRightly() {
    Path shared = Path.of(System.getProperty("slipway.shared", "../shared/data"), "bundles");
    if (!Files.isDirectory(shared)) {
      return Stream.empty();
    }
    List<String> wrong = List.of("customer-bad", "review-bad-subtle", "mail-bad", "image-bad");
    return Arrays.stream(Objects.requireNonNull(shared.toFile().list()))
        .sorted()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        assertThat(check(new BundleReader().open(shared.resolve(name))).findings())
                            .matches(findings -> findings.isEmpty() != wrong.contains(name))));
  }

  @Test
  void aModelWhoseRowsInfluenceEachOtherReproducesItsExamplesOneByOne() {
    Bundle bundle =
        ModelFiles.vectors(
            folder,
            "batch-dependent",
            List.of(),
            2,
            LOGITS,
            HALVES.formatted("1, 2"),
            HALVES.formatted("1, 5"),
            HALVES.formatted("7, 0"));
    assertThat(check(bundle).findings()).isEmpty();
  }

  @Test
  void aModelThatTakesSingleRowsOnlyGetsSingleRows() {
    Bundle bundle =
        ModelFiles.vectors(folder, "single-row", List.of(), 2, LOGITS, HALVES.formatted("1, 1"));
    assertThat(check(bundle).findings()).isEmpty();
  }

  @Test
  void aWrongDeclaredOutputShapeIsNoFault() {
    Bundle bundle =
        ModelFiles.vectors(
            folder,
            "wrong-output-shape",
            List.of(),
            2,
            LOGITS,
            HALVES.formatted("1, 1"),
            HALVES.formatted("2, 2"));
    assertThat(check(bundle).findings()).isEmpty();
  }

  @Test
  void anExampleThatItsOwnSchemaRefusesIsFound() {
    Bundle bundle =
        ModelFiles.vectors(
            folder, "identity-float32", List.of(), 2, LOGITS, HALVES.formatted("1, 2, 3"));
    assertThat(check(bundle).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("example_refused");
              assertThat(finding.where()).isEqualTo("examples.jsonl:1");
            });
  }

  @Test
  void theGraphsOfStepsRunOnTheWay() {
    Bundle bundle =
        ModelFiles.vectors(
            folder,
            "tree-20",
            List.of("sum.onnx"),
            3,
            """
            "preprocessing": [{"op": "onnx", "file": "sum.onnx", "in": "x", "out": "s",
                               "inputs": ["x"], "outputs": ["y"]}],
            "tensors": [{"name": "x", "from": "s"}],
            "output": {"kind": "value", "name": "leaf", "tensor": "y"}""",
            "{\"object\": {\"x\": [1, 2, 3]}, \"output\": {\"leaf\": 40}}",
            "{\"object\": {\"x\": [-1, -2, -3.5]}, \"output\": {\"leaf\": 1}}");
    assertThat(check(bundle).findings()).isEmpty();
  }
}
