package io.slipway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// MLflow's tracking API from the outside, as its clients call it.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
@Tag("slow")
class MlflowTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String API = "/api/2.0/mlflow/";
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts";

  @TestHTTPResource("/")
  URI root;

  private record Answer(int status, byte[] body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError(text(), e);
      }
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode ok() {
      assertThat(status).as(text()).isEqualTo(200);
      return json();
    }

    /// The message of an error.
    String error(int expected, String code) {
      assertThat(status).as(text()).isEqualTo(expected);
      assertThat(json().path("error_code").asText()).isEqualTo(code);
      return json().path("message").asText();
    }
  }

  private Answer send(String method, String path, byte[] body, String... headers) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(root.resolve(path))
              .method(method, BodyPublishers.ofByteArray(body));
      if (headers.length > 0) {
        request.headers(headers);
      }
      HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Answer post(String call, ObjectNode body) {
    return send("POST", API + call, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Answer get(String call, String... query) {
    StringBuilder path = new StringBuilder(API + call);
    for (int i = 0; i < query.length; i += 2) {
      path.append(i == 0 ? '?' : '&')
          .append(query[i])
          .append('=')
          .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
    }
    return send("GET", path.toString(), new byte[0]);
  }

  private static ObjectNode json(Object... members) {
    ObjectNode json = JSON.createObjectNode();
    for (int i = 0; i < members.length; i += 2) {
      json.set((String) members[i], JSON.valueToTree(members[i + 1]));
    }
    return json;
  }

  private static ArrayNode pairs(String... pairs) {
    ArrayNode list = JSON.createArrayNode();
    for (int i = 0; i < pairs.length; i += 2) {
      list.add(json("key", pairs[i], "value", pairs[i + 1]));
    }
    return list;
  }

  private static String unique(String start) {
    return start + "-" + UUID.randomUUID();
  }

  private String experiment() {
    return post("experiments/create", json("name", unique("exp")))
        .ok()
        .path("experiment_id")
        .asText();
  }

  private String run(String experiment) {
    return post("runs/create", json("experiment_id", experiment, "start_time", 1))
        .ok()
        .at("/run/info/run_id")
        .asText();
  }

  private JsonNode found(String run) {
    return get("runs/get", "run_id", run).ok().path("run");
  }

  private List<String> search(String experiment, String filter, String... orderBy) {
    JsonNode answer =
        post(
                "runs/search",
                json("experiment_ids", List.of(experiment), "filter", filter, "order_by", orderBy))
            .ok();
    return StreamSupport.stream(answer.path("runs").spliterator(), false)
        .map(run -> run.at("/info/run_id").asText())
        .toList();
  }

  private void metric(String run, String key, Object value, long step) {
    post(
            "runs/log-metric",
            json("run_id", run, "key", key, "value", value, "timestamp", 10, "step", step))
        .ok();
  }

  @Test
  void theServerSaysWhatItIs() {
    assertThat(send("GET", "/health", new byte[0]).text()).isEqualTo("OK");
    assertThat(send("GET", "/version", new byte[0]).text()).isEqualTo(MlflowRoutes.VERSION);
    assertThat(send("GET", "/api/3.0/mlflow/server-info", new byte[0]).ok())
        .contains(JSON.getNodeFactory().booleanNode(false));
    assertThat(get("experiments/get", "experiment_id", "0").ok().at("/experiment/name").asText())
        .isEqualTo("Default");
  }

  @Test
  void anExperimentIsCreatedFoundRenamedDeletedAndRestored() {
    String name = unique("Ä exp");
    String id =
        post("experiments/create", json("name", name, "tags", pairs("a", "b")))
            .ok()
            .path("experiment_id")
            .asText();
    JsonNode found =
        get("experiments/get-by-name", "experiment_name", name).ok().path("experiment");
    assertThat(found.path("experiment_id").asText()).isEqualTo(id);
    assertThat(found.path("artifact_location").asText()).isEqualTo("mlflow-artifacts:/" + id);
    assertThat(found.path("tags")).isEqualTo(pairs("a", "b"));
    post("experiments/create", json("name", name)).error(400, "RESOURCE_ALREADY_EXISTS");

    post("experiments/update", json("experiment_id", id, "new_name", name + "2")).ok();
    post("experiments/set-experiment-tag", json("experiment_id", id, "key", "k", "value", "")).ok();
    String run = run(id);
    post("experiments/delete", json("experiment_id", id)).ok();
    found = get("experiments/get", "experiment_id", id).ok().path("experiment");
    assertThat(found.path("lifecycle_stage").asText()).isEqualTo("deleted");
    assertThat(found.path("name").asText()).isEqualTo(name + "2");
    assertThat(found(run).at("/info/lifecycle_stage").asText()).isEqualTo("deleted");
    assertThat(post("runs/create", json("experiment_id", id)).error(400, "INVALID_PARAMETER_VALUE"))
        .contains("experiment_id", "deleted");
    post("experiments/restore", json("experiment_id", id)).ok();
    assertThat(search(id, "")).containsExactly(run);
    get("experiments/get", "experiment_id", "99999999").error(404, "RESOURCE_DOES_NOT_EXIST");
  }

  @Test
  void experimentsAreSearchedByNameAndTagInPages() {
    String mark = unique("t");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(
          post("experiments/create", json("name", unique("e"), "tags", pairs("z", mark)))
              .ok()
              .path("experiment_id")
              .asText());
    }
    ObjectNode query =
        json("filter", "tags.z = '" + mark + "'", "max_results", 2, "order_by", List.of("name"));
    JsonNode first = post("experiments/search", query).ok();
    assertThat(first.path("experiments")).hasSize(2);
    query.set("page_token", first.path("next_page_token"));
    JsonNode second = post("experiments/search", query).ok();
    assertThat(second.path("experiments")).hasSize(1);
    assertThat(second.has("next_page_token")).isFalse();
    assertThat(
            StreamSupport.stream(
                    List.of(first, second).stream()
                        .map(page -> page.path("experiments"))
                        .toList()
                        .spliterator(),
                    false)
                .flatMap(page -> StreamSupport.stream(page.spliterator(), false))
                .map(each -> each.path("experiment_id").asText()))
        .containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void aRunKeepsWhatIsLoggedToIt() {
    String run = run(experiment());
    post(
            "runs/log-batch",
            json(
                "run_id",
                run,
                "metrics",
                List.of(
                    json("key", "loss", "value", 0.5, "timestamp", "5", "step", 1),
                    json("key", "loss", "value", 0.7, "timestamp", 4, "step", 0),
                    json("key", "nan", "value", "NaN", "timestamp", 4)),
                "params",
                pairs("lr", "0.1"),
                "tags",
                pairs("t", "u")))
        .ok();
    post("runs/log-parameter", json("run_id", run, "key", "lr", "value", "0.1")).ok();
    assertThat(
            post("runs/log-parameter", json("run_id", run, "key", "lr", "value", "0.2"))
                .error(400, "INVALID_PARAMETER_VALUE"))
        .contains("lr");
    metric(run, "inf", "-Infinity", 0);
    JsonNode data = found(run).path("data");
    assertThat(data.path("metrics"))
        .contains(
            json("key", "loss", "value", 0.5, "timestamp", 5, "step", 1),
            json("key", "nan", "value", "NaN", "timestamp", 4, "step", 0),
            json("key", "inf", "value", -Double.MAX_VALUE, "timestamp", 10, "step", 0));
    assertThat(data.path("params")).isEqualTo(pairs("lr", "0.1"));
    assertThat(data.path("tags")).contains(json("key", "t", "value", "u"));
    post("runs/delete-tag", json("run_id", run, "key", "t")).ok();
    post("runs/delete-tag", json("run_id", run, "key", "t")).error(404, "RESOURCE_DOES_NOT_EXIST");

    post("runs/update", json("run_id", run, "status", "FINISHED", "end_time", 7, "run_name", "n"))
        .ok();
    JsonNode info = found(run).path("info");
    assertThat(info.path("status").asText()).isEqualTo("FINISHED");
    assertThat(info.path("end_time").asLong()).isEqualTo(7);
    assertThat(found(run).at("/data/tags")).contains(json("key", "mlflow.runName", "value", "n"));
  }

  @Test
  void theHistoryOfAMetricComesInPagesAndOnceEach() {
    String run = run(experiment());
    List<ObjectNode> values = new ArrayList<>();
    for (int step = 0; step < 1_000; step++) {
      values.add(json("key", "m", "value", step % 7, "timestamp", 3, "step", step / 2));
    }
    for (int again = 0; again < 2; again++) {
      post("runs/log-batch", json("run_id", run, "metrics", values)).ok();
    }
    List<Long> steps = new ArrayList<>();
    String token = "";
    do {
      JsonNode page =
          get(
                  "metrics/get-history",
                  "run_id",
                  run,
                  "metric_key",
                  "m",
                  "max_results",
                  "300",
                  "page_token",
                  token)
              .ok();
      page.path("metrics").forEach(value -> steps.add(value.path("step").asLong()));
      token = page.path("next_page_token").asText("");
    } while (!token.isEmpty());
    assertThat(steps).hasSize(1_000).isSorted();
    get("metrics/get-history", "run_id", "nobody", "metric_key", "m")
        .error(404, "RESOURCE_DOES_NOT_EXIST");
  }

  @Test
  void runsAreFoundByWhatTheyHave() {
    String experiment = experiment();
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String run = run(experiment);
      runs.add(run);
      metric(run, "acc", i == 3 ? "NaN" : i / 10.0, 0);
      post("runs/log-parameter", json("run_id", run, "key", "p", "value", "v%" + i)).ok();
      post("runs/set-tag", json("run_id", run, "key", "a b", "value", i % 2 == 0 ? "even" : "odd"))
          .ok();
    }
    String bare = run(experiment);
    assertThat(search(experiment, "metrics.acc > 0.05"))
        .containsExactlyInAnyOrder(runs.get(1), runs.get(2), runs.get(3));
    assertThat(search(experiment, "params.p = 'v%1'")).containsExactly(runs.get(1));
    assertThat(search(experiment, "params.p LIKE 'v\\%'")).isEmpty();
    assertThat(search(experiment, "params.p ILIKE 'V%2' and tags.`a b` = 'even'"))
        .containsExactly(runs.get(2));
    assertThat(search(experiment, "params.p != 'v%1'")).hasSize(3);
    assertThat(search(experiment, "params.p IS NULL")).containsExactly(bare);
    assertThat(search(experiment, "tags.`a b` IN ('odd', 'x')"))
        .containsExactlyInAnyOrder(runs.get(1), runs.get(3));
    assertThat(search(experiment, "run_id NOT IN ('" + bare + "')")).hasSize(4);
    assertThat(search(experiment, "status = 'RUNNING' and start_time <= 1")).hasSize(5);
    assertThat(search(experiment, "", "metrics.acc DESC").subList(0, 3))
        .containsExactly(runs.get(2), runs.get(1), runs.get(0));
    for (String bad :
        List.of("metrics.acc > 'x'", "tags.a > 'x'", "size = 'x'", "metrics.a LIKE 1")) {
      post("runs/search", json("experiment_ids", List.of(experiment), "filter", bad))
          .error(400, "INVALID_PARAMETER_VALUE");
    }
    post("runs/delete", json("run_id", bare)).ok();
    assertThat(search(experiment, "")).hasSize(4);
    post("runs/restore", json("run_id", bare)).ok();
    assertThat(search(experiment, "")).hasSize(5);
  }

  @Test
  void datasetsAndModelsAreInputsAndOutputs() {
    String run = run(experiment());
    ObjectNode dataset =
        json("name", "train", "digest", "d1", "source_type", "code", "source", "{}", "schema", "s");
    ObjectNode input = json("tags", pairs("mlflow.data.context", "training"), "dataset", dataset);
    post("runs/log-inputs", json("run_id", run, "datasets", List.of(input))).ok();
    post("runs/log-inputs", json("run_id", run, "datasets", List.of(input))).ok();
    post("runs/outputs", json("run_id", run, "models", List.of(json("model_id", "m-1", "step", 4))))
        .ok();
    assertThat(found(run).at("/inputs/dataset_inputs")).hasSize(1).first().isEqualTo(input);
    assertThat(found(run).at("/outputs/model_outputs"))
        .containsExactly(json("model_id", "m-1", "step", 4));
    String experiment = found(run).at("/info/experiment_id").asText();
    assertThat(search(experiment, "datasets.name = 'train' and dataset.context = 'training'"))
        .containsExactly(run);
    assertThat(search(experiment, "datasets.name = 'test'")).isEmpty();
  }

  @Test
  void aLoggedModelHasParametersTagsMetricsAndAState() {
    String experiment = experiment();
    String run = run(experiment);
    JsonNode made =
        post(
                "logged-models",
                json(
                    "experiment_id",
                    experiment,
                    "name",
                    "model",
                    "source_run_id",
                    run,
                    "params",
                    pairs("solver", "x")))
            .ok()
            .path("model");
    String id = made.at("/info/model_id").asText();
    assertThat(id).startsWith("m-");
    String one = "logged-models/" + id;
    post(
            "runs/log-metric",
            json("run_id", run, "key", "f1", "value", 0.9, "timestamp", 1, "model_id", id))
        .ok();
    assertThat(
            send("PATCH", API + one, bytes(json("status", "LOGGED_MODEL_READY")))
                .ok()
                .at("/model/info/status")
                .asText())
        .isEqualTo("LOGGED_MODEL_READY");
    send("PATCH", API + one + "/tags", bytes(json("tags", pairs("k/l", "v")))).ok();
    JsonNode found = get(one).ok().path("model");
    assertThat(found.at("/data/params")).isEqualTo(pairs("solver", "x"));
    assertThat(found.at("/info/tags")).isEqualTo(pairs("k/l", "v"));
    assertThat(found.at("/data/metrics/0/run_id").asText()).isEqualTo(run);
    send("DELETE", API + one + "/tags/k%2Fl", new byte[0]).ok();
    assertThat(get(one).ok().at("/model/info").has("tags")).isFalse();
    ObjectNode query =
        json(
            "experiment_ids", List.of(experiment), "filter", "name = 'model' AND metrics.f1 > 0.5");
    assertThat(post("logged-models/search", query).ok().path("models")).hasSize(1);
    send("DELETE", API + one, new byte[0]).ok();
    get(one).error(404, "RESOURCE_DOES_NOT_EXIST");
    assertThat(post("logged-models/search", query).ok().has("models")).isFalse();
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anArtifactComesBackAsItWasAndIsListed() {
    String run = run(experiment());
    String folder =
        found(run).at("/info/artifact_uri").asText().replaceFirst("^mlflow-artifacts:/", "");
    byte[] content = new byte[300_000];
    new java.util.Random(7).nextBytes(content);
    String one = FILES + "/" + folder + "/a%20%C3%BC/b.bin";
    assertThat(send("GET", one, new byte[0]).error(404, "RESOURCE_DOES_NOT_EXIST"))
        .contains("b.bin");
    send("PUT", one, content).ok();
    send("PUT", FILES + "/" + folder + "/empty", new byte[0]).ok();
    assertThat(send("GET", one, new byte[0]).body()).isEqualTo(content);
    assertThat(send("GET", FILES + "?path=" + folder, new byte[0]).ok().path("files"))
        .containsExactlyInAnyOrder(
            json("path", "a ü", "is_dir", true),
            json("path", "empty", "is_dir", false, "file_size", 0));
    assertThat(get("artifacts/list", "run_id", run, "path", "a ü").ok().path("files"))
        .containsExactly(json("path", "a ü/b.bin", "is_dir", false, "file_size", 300_000));
    send("PUT", one + "/c", content).error(400, "INVALID_PARAMETER_VALUE");
    send("PUT", FILES + "/" + folder + "/a%20%C3%BC", content)
        .error(400, "INVALID_PARAMETER_VALUE");
    send("PUT", one, "2".getBytes(StandardCharsets.UTF_8)).ok();
    assertThat(send("GET", one, new byte[0]).text()).isEqualTo("2");
    send("DELETE", FILES + "/" + folder + "/a%20%C3%BC", new byte[0]).ok();
    send("GET", one, new byte[0]).error(404, "RESOURCE_DOES_NOT_EXIST");
    send("POST", "/api/2.0/mlflow-artifacts/mpu/create/" + folder, bytes(json("path", "x")))
        .error(501, "NOT_IMPLEMENTED");
  }

  @Test
  void noPathLeadsOutOfTheArtifacts() throws IOException {
    for (String path :
        List.of(
            "../../etc/passwd",
            "..%2F..%2Fetc%2Fpasswd",
            "%2E%2E/%2E%2E/etc/passwd",
            "/etc/passwd",
            "a/./b",
            "a%00b",
            "a%5Cb",
            "%FF",
            "%4")) {
      for (String method : List.of("GET", "PUT", "DELETE")) {
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
          socket
              .getOutputStream()
              .write(
                  (method
                          + " "
                          + FILES
                          + "/"
                          + path
                          + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                          + "Connection: close\r\n\r\n")
                      .getBytes(StandardCharsets.US_ASCII));
          String answer =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          assertThat(answer).as(method + " " + path).startsWith("HTTP/1.1 400 ");
        }
      }
    }
  }

  @Test
  void whatIsWrongIsNamedAndNothingInsideIsShown() {
    String run = run(experiment());
    assertThat(post("runs/log-metric", json("run_id", run)).error(400, "INVALID_PARAMETER_VALUE"))
        .contains("key");
    for (ObjectNode bad :
        List.of(
            json("run_id", run, "key", "../x", "value", 1, "timestamp", 1),
            json("run_id", run, "key", "k".repeat(251), "value", 1, "timestamp", 1),
            json("run_id", run, "key", "k", "value", "one", "timestamp", 1),
            json("run_id", run, "key", "k", "value", 1, "timestamp", "9".repeat(19)),
            json("run_id", run, "key", "k", "value", 1, "timestamp", 1.5),
            json("run_id", run, "key", "k\0", "value", 1, "timestamp", 1),
            json("run_id", run, "key", "k", "value", List.of(1), "timestamp", 1),
            json("run_id", 7, "key", "k", "value", 1, "timestamp", 1))) {
      assertThat(post("runs/log-metric", bad).error(400, "INVALID_PARAMETER_VALUE"))
          .doesNotContainIgnoringCase("select ", "insert ", "exception", "java.");
    }
    assertThat(
            post("runs/log-parameter", json("run_id", run, "key", "p", "value", "x".repeat(6_001)))
                .error(400, "INVALID_PARAMETER_VALUE"))
        .contains("params.value", "6000");
    List<ObjectNode> many = new ArrayList<>();
    for (int i = 0; i < 1_001; i++) {
      many.add(json("key", "m" + i, "value", 1, "timestamp", 1));
    }
    post("runs/log-batch", json("run_id", run, "metrics", many))
        .error(400, "INVALID_PARAMETER_VALUE");
    for (String body : List.of("{", "[]", "7", "{}{}", "{\"a\":NaN}")) {
      send("POST", API + "runs/create", body.getBytes(StandardCharsets.UTF_8))
          .error(400, "INVALID_PARAMETER_VALUE");
    }
    get("experiments/get", "experiment_id", "x").error(400, "INVALID_PARAMETER_VALUE");
    get("runs/get").error(400, "INVALID_PARAMETER_VALUE");
    post("runs/search", json("max_results", 50_001)).error(400, "INVALID_PARAMETER_VALUE");
    post("runs/search", json("page_token", "zz")).error(400, "INVALID_PARAMETER_VALUE");
    assertThat(
            send("GET", API + "runs/get?run_id=x", new byte[0], "X-MLFLOW-WORKSPACE", "other")
                .error(400, "INVALID_PARAMETER_VALUE"))
        .contains("X-MLFLOW-WORKSPACE");
  }

  @Test
  void whatIsNotHereSaysSo() {
    get("no-such-endpoint").error(404, "ENDPOINT_NOT_FOUND");
    post("runs/get", json()).error(404, "ENDPOINT_NOT_FOUND");
    assertThat(get("registered-models/search").error(501, "NOT_IMPLEMENTED")).contains("slipway");
  }

  @Test
  void aPageOfMlflowMayCallUnderItsOwnPrefix() {
    assertThat(
            send("GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0", new byte[0])
                .ok()
                .at("/experiment/experiment_id")
                .asText())
        .isEqualTo("0");
  }
}
