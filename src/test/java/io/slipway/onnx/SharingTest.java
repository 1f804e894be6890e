package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.Seed;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Sharing;
import io.slipway.bundle.Sharing.Verdict;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows share a run of a model only where it is proven that they don't influence each other.
class SharingTest {
  private static final String TENSORS =
      """
      "tensors": [{"name": "x", "from": "x"}], "output": {"labels": ["a", "b"], "logits": "y"}""";
  private static final String HALVES =
      """
      {"object": {"x": [%s]}, "output": {"label": "a", "probabilities": {"a": 0.5, "b": 0.5}}}""";

  @TempDir Path folder;

  private static Sharing sharing(Bundle bundle) {
    try (BundleModel model = BundleModel.open(bundle)) {
      assertThat(GoldenCheck.run(model, bundle).findings()).isEmpty();
      return model.sharing();
    }
  }

  @Test
  void wholeTensorsOfTwoCallersNeverGoThroughTheModelTogether() {
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    try (BundleModel model = BundleModel.open(bundle)) {
      assertThat(GoldenCheck.run(model, bundle).findings()).isEmpty();
      assertThat(model.sharing().proven()).isTrue();
      assertThat(model.rowsShareRuns()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/test/resources/bundles/customer-v1",
        "src/test/resources/bundles/customer-v2",
        "src/test/resources/bundles/review-v1",
        "src/test/resources/bundles/image-v1",
        "src/test/resources/bundles/mail-v1",
        "src/test/resources/bundles/tiny-bert",
        "models-sample/customer/v1",
        "models-sample/customer/v2",
        "models-sample/review/v1",
        "models-sample/review/v2",
        "models-sample/mail/v1",
        "models-sample/mail/v2",
        "models-sample/image/v1",
        "models-sample/image/v2",
        "bench/data/w1",
        "bench/data/w1-steps",
        "bench/data/w2",
        "bench/data/w2-steps",
        "bench/data/w4"
      })
  void theRowsOfOrdinaryModelsAreProvenApart(String path) {
    Sharing sharing = sharing(new BundleReader().open(Path.of(path)));
    assertThat(sharing).matches(Sharing::proven);
    assertThat(sharing.why()).contains("no operator of the graph mixes rows", "shared runs");
  }

  @Test
  void aGraphThatSubtractsTheMeanOfItsBatchNeverSharesARunWhateverItsExamplesAre() {
    String alone = HALVES.formatted("1, 2");
    for (List<String> examples : List.of(List.of(alone), List.of(alone, alone))) {
      Bundle bundle =
          ModelFiles.vectors(
              temporary(),
              "batch-dependent",
              List.of(),
              2,
              TENSORS,
              examples.toArray(String[]::new));
      Sharing sharing = sharing(bundle);
      assertThat(sharing.verdict()).isEqualTo(Verdict.MIXES);
      assertThat(sharing.why()).contains("ReduceMean", "computes one value from all rows");
    }
  }

  @Test
  void itNeverDoesWithoutExamplesEither() {
    assertThat(sharing(ModelFiles.bundle(temporary(), "batch-dependent")).verdict())
        .isEqualTo(Verdict.MIXES);
  }

  @Test
  void whatIsNotProvenRunsRowByRow() {
    Bundle bundle =
        ModelFiles.vectors(
            folder, "batch-dependent", List.of(), 2, TENSORS, HALVES.formatted("1, 2"));
    try (BundleModel model = BundleModel.open(bundle)) {
      GoldenCheck.run(model, bundle);
      List<Frame> frames = new ArrayList<>();
      for (String x : List.of("[1, 2]", "[700, -3]", "[0, 9]")) {
        frames.add(model.pipeline().reader().readObject(json("{\"x\": " + x + "}")));
      }
      List<String> together = written(model.predict(frames, new Phases()));
      for (int i = 0; i < frames.size(); i++) {
        assertThat(written(model.predict(frames.subList(i, i + 1), new Phases())).getFirst())
            .isEqualTo(together.get(i));
      }
    }
  }

  @Test
  void theScaleOfADynamicallyQuantisedNetworkComesFromAllRows() {
    Sharing sharing =
        sharing(
            ModelFiles.vectors(
                folder,
                "dynamic-int8",
                List.of(),
                3,
                """
                "tensors": [{"name": "x", "from": "x"}],
                "output": {"labels": ["no", "yes"], "probabilities": "p"}""",
                "{\"object\": {\"x\": [0, 0, 0]}, \"output\": {\"label\": \"no\","
                    + " \"probabilities\": {\"no\": 0.5, \"yes\": 0.5}}, \"tolerance\": 0.5}"));
    assertThat(sharing.verdict()).isEqualTo(Verdict.MIXES);
    assertThat(sharing.why()).contains("DynamicQuantizeLinear", "takes its scale from all rows");
  }

  @Test
  void aManifestCanForbidSharing() throws IOException {
    Bundle bundle =
        ModelFiles.vectors(
            folder, "identity-float32", List.of(), 2, TENSORS, HALVES.formatted("1, 1"));
    assertThat(sharing(bundle).verdict()).isEqualTo(Verdict.PROVEN);
    Path manifest = folder.resolve("bundle.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("\"name\": \"m\"", "\"name\": \"m\", \"batching\": false"));
    Sharing sharing = sharing(new BundleReader().open(folder));
    assertThat(sharing.verdict()).isEqualTo(Verdict.FORBIDDEN);
    assertThat(sharing.why()).contains("batching");
  }

  @Test
  void aRunThatGivesOtherNumbersThanAloneIsFoundByTrial() {
    Bundle bundle =
        ModelFiles.vectors(
            folder, "batch-dependent", List.of(), 2, TENSORS, HALVES.formatted("1, 2"));
    try (BundleModel model = BundleModel.open(bundle)) {
      List<TrialRow> rows = new ArrayList<>();
      for (float x : new float[] {1, 5}) {
        rows.add(TrialRow.alone(row(new float[] {x, 2}), model, false));
      }
      List<TrialRow> twins = List.of(rows.get(0), rows.get(0));
      Map<String, Tensor> beside = TrialRow.together(rows, model);
      Map<String, Tensor> doubled = TrialRow.together(twins, model);
      assertThat(TrialRow.difference(rows, beside, 1e-6)).contains("\"y\"", "off by 2.0");
      assertThat(TrialRow.difference(twins, doubled, 0)).isNull();
      assertThat(TrialRow.influence(rows, beside, twins, doubled)).contains("\"y\"");
    }
  }

  private static Map<String, Tensor> row(float[] values) {
    return Map.of("x", new Tensor.Floats(new long[] {1, values.length}, FloatBuffer.wrap(values)));
  }

  /// A text's answer carries nothing of its neighbours, nor of the padding that they would need.
  @Test
  void textsOfUnlikeLengthNeverShareARunAndThoseOfOneLengthDo() {
    Bundle bundle = ModelFiles.reference("tiny-bert");
    try (BundleModel model = BundleModel.open(bundle)) {
      assertThat(GoldenCheck.run(model, bundle).findings()).isEmpty();
      List<Frame> frames = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        frames.add(
            GoldenCheck.frame(model, bundle, bundle.examples().get(i % bundle.examples().size())));
      }
      List<Prediction> together = model.predict(frames, new Phases());
      for (int i = 0; i < frames.size(); i++) {
        Prediction alone = model.predict(frames.subList(i, i + 1), new Phases()).getFirst();
        assertThat(
                JsonDifference.between(
                        PredictionWriter.toJson(alone),
                        PredictionWriter.toJson(together.get(i)),
                        1e-6)
                    .toString())
            .isEmpty();
      }
    }
  }

  /// The truth is what the runtime does: unlike rows, alone and beside each other, in many ways
  /// more than the trial at registration tries.
  @Test
  void noneOfManyRandomGraphsIsSharedFalsely() throws IOException {
    long seed = Seed.of("random graphs");
    Random random = new Random(seed);
    int proven = 0;
    int mixing = 0;
    int apart = 0;
    Map<String, Integer> unproven = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      RandomGraph graph = new RandomGraph(random);
      Path place = Files.createDirectory(folder.resolve("g" + i));
      String output = graph.write(place.resolve("model.onnx"), i % 3 != 0);
      Bundle bundle = tensors(place);
      try (BundleModel model = BundleModel.open(bundle)) {
        Sharing sharing = RowTrial.of(model, bundle);
        String different = difference(model, random);
        proven += sharing.proven() ? 1 : 0;
        mixing += different != null ? 1 : 0;
        if (i % 3 == 0) {
          apart++;
          assertThat(different).as("%s by %s", output, graph.operators()).isNull();
          if (!sharing.proven()) {
            unproven.merge(sharing.why() + " " + graph.operators(), 1, Integer::sum);
          }
        }
        assertThat(sharing.proven() && different != null)
            .as("seed %d, %s: %s, but %s", seed, graph.operators(), sharing, different)
            .isFalse();
      }
    }
    System.out.printf("%d proven, %d seen to mix%n", proven, mixing);
    assertThat(unproven).as("of %d graphs without an operator that mixes", apart).isEmpty();
    assertThat(mixing).isGreaterThan(60);
    assertThat(proven).isGreaterThan(100);
  }

  private static String difference(BundleModel model, Random random) {
    List<TrialRow> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      float[] values = new float[RandomGraph.WIDTH];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextGaussian() * (i % 4 == 0 ? 100 : 1);
      }
      TrialRow row = TrialRow.alone(row(values), model, false);
      if (row != null) {
        rows.add(row);
      }
    }
    for (int round = 0; round < 12 && !rows.isEmpty(); round++) {
      List<TrialRow> mates = TrialRow.some(rows, 2 + round % 5, round, random);
      String different = TrialRow.difference(mates, TrialRow.together(mates, model), 1e-4);
      if (different != null) {
        return different;
      }
    }
    return null;
  }

  private static Bundle tensors(Path place) throws IOException {
    Files.writeString(
        place.resolve("bundle.json"),
        """
        {"format": "slipway/1", "model": {"name": "m", "file": "model.onnx"},
         "input": {"object": "tensors"}, "output": {"kind": "tensors"}}
        """);
    return new BundleReader().open(place);
  }

  private Path temporary() {
    try {
      return Files.createTempDirectory(folder, "bundle");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> written(List<Prediction> predictions) {
    return predictions.stream().map(p -> PredictionWriter.toJson(p).toString()).toList();
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
