package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.api.Gateway;
import io.slipway.api.Gateway.Answer;
import io.slipway.bundle.BundleArchive;
import io.slipway.onnx.ModelFiles;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.registry.Upload;
import io.slipway.serving.load.Promotions;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a caller is answered does not depend on who else is calling, nor on what else he sends.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class SharedRunsTest {
  private static final int CALLERS = 16;
  private static final int ROUNDS = 12;
  private static final String QUANTISED =
      """
      "tensors": [{"name": "x", "from": "x"}],
      "output": {"labels": ["no", "yes"], "probabilities": "p"}""";
  private static final String HALVES =
      """
      {"object": {"x": [0, 0, 0]}, "tolerance": 0.5,
       "output": {"label": "no", "probabilities": {"no": 0.5, "yes": 0.5}}}"""
          .replace("\n", "");
  private static final String MEANS =
      """
      "tensors": [{"name": "x", "from": "x"}], "output": {"kind": "tensors", "names": ["y"]}""";

  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  private Path folder = Path.of("");

  @BeforeEach
  void publish() throws IOException {
    folder = Files.createTempDirectory("shared-runs");
    publish(
        "alone-int8",
        ModelFiles.vectors(
                Files.createDirectory(folder.resolve("int8")),
                "dynamic-int8",
                List.of(),
                3,
                QUANTISED,
                HALVES)
            .folder());
    publish(
        "alone-mean",
        ModelFiles.vectors(
                Files.createDirectory(folder.resolve("mean")),
                "batch-dependent",
                List.of(),
                2,
                MEANS,
                "{\"object\": {\"x\": [1, 2]}, \"output\": {\"y\": [0, 0]}}")
            .folder());
    publish("alone-bert", Bundles.folder("tiny-bert"));
    publish(
        "alone-tensors",
        ModelFiles.bundle(Files.createDirectory(folder.resolve("t")), "batch-dependent").folder());
  }

  private void publish(String model, Path bundle) throws IOException {
    if (new Gateway(root).get("/models/" + model).status() == 200) {
      return;
    }
    Path zip = folder.resolve(model + ".zip");
    BundleArchive.pack(bundle, zip);
    try (InputStream body = Files.newInputStream(zip)) {
      registry.register(Upload.streamed(model, body, Upload.Kind.ZIP, false, null, Caller.SYSTEM));
    }
    promotions.promote(new Promotion(model, "production", 1, null, null, Caller.SYSTEM));
  }

  @Test
  void aDynamicallyQuantisedNetworkAnswersBesideOutliersAsAlone() {
    Random random = new Random(22);
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      double size = i % 6 == 0 ? 1000 : 1;
      objects.add(
          "{\"x\": [%f, %f, %f]}"
              .formatted(
                  random.nextGaussian() * size,
                  random.nextGaussian() * size,
                  random.nextGaussian() * size));
    }
    assertThat(verdict("alone-int8")).isEqualTo("mixes");
    sameForAll("alone-int8", objects);
  }

  @Test
  void aModelThatSubtractsTheMeanOfItsBatchSubtractsThatOfOneRow() {
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      objects.add("{\"x\": [%d, %d]}".formatted(i, -3 * i));
    }
    assertThat(verdict("alone-mean")).isEqualTo("mixes");
    for (JsonNode output : sameForAll("alone-mean", objects)) {
      assertThat(output.toString()).isEqualTo("{\"y\":[0.0,0.0]}");
    }
  }

  @Test
  void vectorsOfTokensCarryNothingOfLongerTextsBesideThem() {
    List<String> texts =
        List.of(
            "\"good\"",
            "\"a wonderful film\"",
            "\"the worst two hours of my life , i would not see it again\"",
            "\"\"",
            "\"i love the plot\"",
            "\"boring boring boring\"");
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < 36; i++) {
      objects.add(texts.get(i % texts.size()));
    }
    assertThat(verdict("alone-bert")).isEqualTo("proven");
    sameForAll("alone-bert", objects);
  }

  @Test
  void rowsOfTensorsByTensorFlowsProtocolAreEachForThemselves() {
    Answer answer =
        new Gateway(root)
            .json(
                "/v1/models/alone-tensors:predict", "{\"instances\": [[1, 2], [700, -3], [0, 9]]}");
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().at("/predictions").toString())
        .isEqualTo("[[0.0,0.0],[0.0,0.0],[0.0,0.0]]");
  }

  private String verdict(String model) {
    Answer version = new Gateway(root).get("/api/v1/models/" + model + "/versions/1");
    assertThat(version.json().at("/sharing/why").asText()).isNotEmpty();
    assertThat(version.json().at("/checks/sharing")).isEqualTo(version.json().at("/sharing"));
    return version.json().at("/sharing/verdict").asText();
  }

  /// The outputs of `objects` one after the other, which are those of all at once: by callers side
  /// by side, as a batch, as a stream, and by TensorFlow Serving's protocol.
  private List<JsonNode> sameForAll(String model, List<String> objects) {
    Gateway gateway = new Gateway(root);
    List<JsonNode> alone =
        objects.stream()
            .map(object -> output(gateway.json("/models/" + model + "/predict", object)))
            .toList();
    besideEachOther(model, objects, alone);

    Answer batch =
        gateway.json("/models/" + model + "/predict", "{\"instances\": " + objects + "}");
    List<JsonNode> outputs = new ArrayList<>();
    batch.json().get("predictions").forEach(each -> outputs.add(each.get("output")));
    same(alone, outputs);

    List<JsonNode> streamed = new ArrayList<>();
    for (String line : stream(model, objects).split("\n")) {
      streamed.add(Gateway.tree(line).get("output"));
    }
    same(alone, streamed);
    return alone;
  }

  private void besideEachOther(String model, List<String> objects, List<JsonNode> alone) {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        Random order = new Random(caller);
        calls.add(
            callers.submit(
                () -> {
                  Gateway own = new Gateway(root);
                  List<Integer> places = new ArrayList<>();
                  for (int i = 0; i < objects.size(); i++) {
                    places.add(i);
                  }
                  Collections.shuffle(places, order);
                  for (int place : places.subList(0, ROUNDS)) {
                    same(
                        List.of(alone.get(place)),
                        List.of(
                            output(own.json("/models/" + model + "/predict", objects.get(place)))));
                  }
                }));
      }
      try {
        for (Future<?> call : calls) {
          call.get(60, TimeUnit.SECONDS);
        }
      } finally {
        callers.shutdownNow();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private String stream(String model, List<String> objects) {
    String body = objects.stream().collect(Collectors.joining("\n", "", "\n"));
    try {
      return HttpClient.newHttpClient()
          .send(
              new Gateway(root)
                  .request("/models/" + model + "/predict")
                  .header("Content-Type", "application/x-ndjson")
                  .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static JsonNode output(Answer answer) {
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    return answer.json().get("output");
  }

  /// Equal, but for the last bits of a float32.
  private static void same(List<JsonNode> expected, List<JsonNode> got) {
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      same(expected.get(i), got.get(i), "answer " + i);
    }
  }

  private static void same(JsonNode expected, JsonNode got, String where) {
    if (expected.isNumber() && got.isNumber()) {
      double bound = 2e-6 * Math.max(1, Math.abs(expected.doubleValue()));
      assertThat(Math.abs(expected.doubleValue() - got.doubleValue()))
          .as("%s: %s, %s", where, expected, got)
          .isLessThanOrEqualTo(bound);
    } else if (expected.isContainerNode() && got.size() == expected.size()) {
      List<JsonNode> one = new ArrayList<>();
      List<JsonNode> other = new ArrayList<>();
      expected.forEach(one::add);
      got.forEach(other::add);
      for (int i = 0; i < one.size(); i++) {
        same(one.get(i), other.get(i), where + "/" + i);
      }
    } else {
      assertThat(got).as(where).isEqualTo(expected);
    }
  }
}
