package io.slipway.api.registry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.slipway.api.Headers;
import io.slipway.api.Problem;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.Digest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(SmallUploadsProfile.class)
class RegistryApiTest {
  private static final String ZIP = "application/zip";
  private static final String MODELS = "/api/v1/models";

  @Inject
  @ConfigProperty(name = "slipway.data")
  Path data;

  @TestHTTPResource("/api/v1/events")
  URL events;

  @Test
  void theGraphOfAVersionIsSummarised() throws Exception {
    publish("outlined", bundle("customer-v1")).statusCode(201);
    given()
        .get(MODELS + "/outlined/versions/1/graph")
        .then()
        .statusCode(200)
        .body("version", equalTo(1))
        .body("nodes", greaterThanOrEqualTo(1))
        .body("opsets.size()", greaterThanOrEqualTo(1))
        .body("operators.name", hasItem("ai.onnx.ml.LinearClassifier"))
        .body("operators.count.sum()", greaterThanOrEqualTo(1));
    given().get(MODELS + "/outlined/versions/2/graph").then().statusCode(404);
  }

  @Test
  void twoVersionsAreComparedSideBySide() throws Exception {
    publish("compared", bundle("customer-v1")).statusCode(201);
    publish("compared", bundle("customer-v2")).statusCode(201);
    given()
        .get(MODELS + "/compared/compare?versions=1,2")
        .then()
        .statusCode(200)
        .body("model", equalTo("compared"))
        .body("versions.version", contains(1, 2))
        .body("differences.part", hasItems("metrics", "preprocessing", "files"))
        .body("differences.find { it.at == '/lineage/metrics/auc' }.left", equalTo(0.85178685f))
        .body("differences.find { it.at == '/lineage/metrics/auc' }.right", equalTo(0.85306376f));
    given()
        .get(MODELS + "/compared/compare?versions=2,2")
        .then()
        .statusCode(200)
        .body("differences.size()", equalTo(0));
    for (String wrong : new String[] {"", "?versions=1", "?versions=1,2,3", "?versions=a,b"}) {
      given().get(MODELS + "/compared/compare" + wrong).then().statusCode(400);
    }
    given().get(MODELS + "/compared/compare?versions=1,9").then().statusCode(404);
  }

  @Test
  void aBundleIsPublishedShownAndGivenBack() throws Exception {
    byte[] zip = bundle("customer-v1");
    publish("shown", zip)
        .statusCode(201)
        .header("Location", containsString("/api/v1/models/shown/versions/1"))
        .body("version", equalTo(1))
        .body("status", equalTo("READY"))
        .body("digest", startsWith("sha256:"))
        .body("registered_at", containsString("Z"));
    publish("shown", zip).statusCode(200).body("version", equalTo(1));

    given()
        .get(MODELS + "/shown/versions/1")
        .then()
        .statusCode(200)
        .header("ETag", "\"0\"")
        .body("checks.examples", greaterThanOrEqualTo(1))
        .body("signature.inputs.name", not(nullValue()))
        .body("preprocessing.op", hasItem("concat"))
        .body("files.path", hasItems("bundle.json", "model.onnx"));
    Response archive = given().get(MODELS + "/shown/versions/1/bundle");
    archive
        .then()
        .statusCode(200)
        .contentType(ZIP)
        .header("Repr-Digest", Digest.of(zip).inHeader())
        .header("Content-Disposition", "attachment; filename=\"shown-1.zip\"");
    assertThat(archive.asByteArray()).isEqualTo(zip);
    given()
        .header("If-None-Match", archive.getHeader("ETag"))
        .get(MODELS + "/shown/versions/1/bundle")
        .then()
        .statusCode(304);

    Response file = given().get(MODELS + "/shown/versions/1/files/model.onnx");
    file.then()
        .statusCode(200)
        .contentType("application/octet-stream")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Disposition", "attachment");
    assertThat(file.asByteArray())
        .isEqualTo(
            Files.readAllBytes(Path.of("src/test/resources/bundles/customer-v1/model.onnx")));
    given()
        .get(MODELS + "/shown/versions/1/lineage")
        .then()
        .statusCode(200)
        .body("digest", startsWith("sha256:"))
        .body("history.action", contains("version.registered"))
        .body("files.sha256", hasItem(file.getHeader("ETag").substring(8, 72)));
  }

  @Test
  void aWrongBundleIsRefusedWithItsFindings() {
    problem(publish("wrong", bundle("customer-bad")), 422, "bundle-rejected")
        .body("errors", not(nullValue()))
        .body("errors[0].code", not(nullValue()))
        .body("errors[0].message", not(nullValue()));
    problem(given().get(MODELS + "/wrong").then(), 404, "not-found");
    given()
        .get(MODELS + "/wrong/history")
        .then()
        .statusCode(200)
        .body("entries.action", contains("version.rejected"))
        .body("entries[0].detail.findings[0].code", not(nullValue()));
  }

  @Test
  void aDryRunChecksAndKeepsNothing() {
    given()
        .contentType(ZIP)
        .body(bundle("customer-v1"))
        .post(MODELS + "/dry/versions?dry_run=true")
        .then()
        .statusCode(200)
        .body("dry_run", equalTo(true))
        .body("examples", greaterThanOrEqualTo(1))
        .body("signature.outputs", not(nullValue()));
    problem(given().get(MODELS + "/dry").then(), 404, "not-found");
  }

  @Test
  void aQueryThatIsNotClearPublishesNothing() {
    for (String query :
        List.of(
            "?dry_run",
            "?dry_run=",
            "?dryrun=true",
            "?dry-run=true",
            "?Dry_Run=true",
            "?dry_run=1",
            "?dry_run=TRUE",
            "?dry_run=true&dry_run=false",
            "?dry_run=true&force=true")) {
      problem(
          given()
              .contentType(ZIP)
              .body(bundle("customer-v1"))
              .post(MODELS + "/unclear/versions" + query)
              .then(),
          400,
          "malformed-request");
    }
    problem(given().get(MODELS + "/unclear").then(), 404, "not-found");
  }

  @Test
  void aParameterThatACallDoesNotKnowIsRefusedByName() {
    for (String path :
        List.of("/models", "/models/x", "/models/x/history", "/audit", "/replicas", "/keys")) {
      given()
          .get("/api/v1" + path + "?lmit=5")
          .then()
          .statusCode(400)
          .body("detail", containsString("\"lmit\""));
      given().get("/api/v1" + path + "?limit=").then().statusCode(400);
    }
    given().delete(MODELS + "/x?force").then().statusCode(400);
    given().get(MODELS + "?q=&tag=a&tag=b&limit=1").then().statusCode(200);
    given().get("/models?x=1").then().statusCode(400).body("detail", containsString("\"x\""));
    given()
        .contentType(ContentType.JSON)
        .body("{}")
        .post("/models/x/predict?onerror=partial")
        .then()
        .statusCode(400)
        .body("detail", containsString("known here: on_error"));
  }

  @Test
  void aBodyOfNoTypeThatIsTakenIsToldWhatIs() throws IOException, InterruptedException {
    for (String type :
        List.of("", "/", "zip", "application/", "*/*", "application/*", "a b/c", "text/x;a")) {
      HttpResponse<String> answer = post("/typed/versions", type);
      assertThat(answer.statusCode()).as(type).isEqualTo(415);
      assertThat(answer.headers().firstValue("Accept-Post"))
          .as(type)
          .hasValue("application/json, application/onnx, application/zip");
      assertThat(answer.body()).as(type).contains("application/onnx", "got ");
    }
    for (String coding : List.of("br", "gzip", "identity, br")) {
      given()
          .contentType(ContentType.JSON)
          .header("Content-Encoding", coding)
          .body("{\"version\":1}")
          .put(MODELS + "/typed/stages/production")
          .then()
          .statusCode(415)
          .body("detail", containsString("Content-Encoding"));
    }
  }

  /// With the type as it is: other clients mend it.
  private static HttpResponse<String> post(String path, String type)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + RestAssured.port + MODELS + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(uri)
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void anETagOfSomethingElseIsNamed() {
    publish("foreign-tag", bundle("customer-v1")).statusCode(201);
    problem(promote("foreign-tag", "production", 1, "\"abc\""), 412, "precondition-failed")
        .body("detail", containsString("If-Match is \"abc\""));
  }

  private static String begin(String model, byte[] whole) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"size\":" + whole.length + ",\"digest\":\"" + Digest.of(whole) + "\"}")
        .post(MODELS + "/" + model + "/uploads")
        .then()
        .statusCode(201)
        .header("Location", containsString("/uploads/"))
        .body("offset", equalTo(0))
        .extract()
        .path("id");
  }

  private static ValidatableResponse append(String model, String id, long offset, byte[] part) {
    return given()
        .contentType(ContentType.BINARY)
        .header("Upload-Offset", offset)
        .body(part)
        .patch(MODELS + "/" + model + "/uploads/" + id)
        .then();
  }

  private static ValidatableResponse register(String model, String id, String query) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"upload\":\"" + id + "\"}")
        .post(MODELS + "/" + model + "/versions" + query)
        .then();
  }

  @Test
  void aBundleComesInPartsAndGoesOnWhereItStopped() {
    byte[] zip = bundle("customer-v1");
    int half = zip.length / 2;
    String id = begin("parts", zip);
    append("parts", id, 0, Arrays.copyOf(zip, half)).statusCode(200).body("offset", equalTo(half));
    problem(append("parts", id, 0, zip), 409, "conflict")
        .body("detail", containsString(half + " bytes"));
    problem(register("parts", id, ""), 409, "conflict");
    given()
        .get(MODELS + "/parts/uploads")
        .then()
        .body("uploads.id", contains(id))
        .body("uploads[0].offset", equalTo(half));
    append("parts", id, half, Arrays.copyOfRange(zip, half, zip.length)).statusCode(200);
    register("parts", id, "?dry_run=true").statusCode(200).body("dry_run", equalTo(true));
    register("parts", id, "").statusCode(201).body("version", equalTo(1));
    assertThat(given().get(MODELS + "/parts/versions/1/bundle").asByteArray()).isEqualTo(zip);
    problem(given().get(MODELS + "/parts/uploads/" + id).then(), 404, "not-found");
  }

  @Test
  void whatCameInPartsAndIsRefusedIsThrownAway() {
    byte[] zip = bundle("customer-bad");
    String id = begin("bad-parts", zip);
    append("bad-parts", id, 0, zip).statusCode(200);
    problem(register("bad-parts", id, ""), 422, "bundle-rejected");
    problem(register("bad-parts", id, ""), 404, "not-found");

    String other = begin("bad-parts", bundle("customer-v1"));
    append("bad-parts", other, 0, new byte[bundle("customer-v1").length]).statusCode(200);
    problem(register("bad-parts", other, ""), 400, "malformed-request")
        .body("detail", containsString("the declared digest is"));
    given().delete(MODELS + "/bad-parts/uploads/" + other).then().statusCode(204);
    problem(given().delete(MODELS + "/bad-parts/uploads/" + other).then(), 404, "not-found");
    String tooLarge = "{\"size\":" + (SmallUploadsProfile.MAX_UPLOAD + 1) + "}";
    problem(
        given().contentType(ContentType.JSON).body(tooLarge).post(MODELS + "/m/uploads").then(),
        413,
        "too-large");
    problem(
        given()
            .contentType(ContentType.JSON)
            .body("{\"size\":1,\"type\":\"text/plain\"}")
            .post(MODELS + "/m/uploads")
            .then(),
        422,
        "invalid-input");
  }

  @Test
  void aBareModelBecomesABundleOfTensors() throws Exception {
    given()
        .contentType("application/onnx")
        .body(Files.readAllBytes(Path.of("src/test/resources/onnx/identity-float32.onnx")))
        .post(MODELS + "/bare/versions")
        .then()
        .statusCode(201)
        .body("object", equalTo("tensors"));
    promote("bare", "production", 1, null).statusCode(200);
  }

  @Test
  void promotionsMoveByRevisionAndRollBackAtOnce() {
    publish("moves", bundle("customer-v1")).statusCode(201);
    publish("moves", bundle("customer-v2")).statusCode(201).body("version", equalTo(2));
    promote("moves", "Production", 1, "\"0\"")
        .statusCode(200)
        .header("ETag", "\"1\"")
        .body("stage", equalTo("production"))
        .body("version", equalTo(1))
        .body("previous", nullValue())
        .body("revision", equalTo(1))
        .body("activated_in_ms", greaterThanOrEqualTo(0));
    problem(promote("moves", "production", 2, "\"0\""), 412, "precondition-failed")
        .header("ETag", "\"1\"");
    promote("moves", "production", 2, "\"1\"").statusCode(200).body("previous", equalTo(1));
    // As the runbook has it, by somebody who was asleep a minute ago.
    given()
        .noContentType()
        .post(MODELS + "/moves/stages/production/rollback")
        .then()
        .statusCode(200)
        .body("version", equalTo(1));
    problem(rollback("moves", "{\"reason\":\"worse\"}"), 409, "conflict")
        .body("detail", containsString("--from 1"));
    rollback("moves", "{\"from\":1}").statusCode(200).body("version", equalTo(2));
    rollback("moves", "{\"to\":1}").statusCode(200).body("revision", equalTo(5));
    given()
        .get(MODELS + "/moves")
        .then()
        .header("ETag", "\"5\"")
        .body("stages.production.version", equalTo(1))
        .body("latest_versions.version", contains(2, 1));
    given()
        .get(MODELS + "/moves/stages/PRODUCTION")
        .then()
        .header("ETag", "\"5\"")
        .body("previous", equalTo(2));
    given()
        .header(Headers.REQUEST_ID, "abc-1")
        .contentType(ContentType.JSON)
        .body("{\"version\":2}")
        .put(MODELS + "/moves/aliases/champion")
        .then()
        .statusCode(200)
        .body("version", equalTo(2));
    given()
        .get(MODELS + "/moves/history?limit=2")
        .then()
        .body("entries.action", contains("alias.moved", "stage.rolled_back"))
        .body("entries[0].request_id", equalTo("abc-1"))
        .body("entries[1].from", equalTo("2"))
        .body("next_page_token", not(nullValue()));
    for (String taken : List.of("5", "production", "Staging")) {
      problem(
          given()
              .contentType(ContentType.JSON)
              .body("{\"version\":1}")
              .put(MODELS + "/moves/aliases/" + taken)
              .then(),
          422,
          "invalid-input");
    }
    given().delete(MODELS + "/moves/aliases/champion").then().statusCode(200);
    problem(given().delete(MODELS + "/moves/aliases/champion").then(), 404, "not-found");
  }

  /// A text of one line could otherwise look like several, or like another.
  @Test
  void textsOfOneLineHaveNoLineBreaksAndNoMarksOfDirection() {
    publish("oneline", bundle("customer-v1")).statusCode(201);
    String model = MODELS + "/oneline";
    for (String bad :
        List.of("a\\nb", "a\\rb", "a\\u001b[2Kb", "a\\u202eb", "a\\u2066b", "a\\u2028b")) {
      refusedText("PATCH", model, "{\"owner\":\"" + bad + "\"}", "/owner");
      refusedText("PATCH", model, "{\"tags\":{\"a/b\":\"" + bad + "\"}}", "/tags/a~1b");
      refusedText("PATCH", model, "{\"tags\":{\"" + bad + "\":\"x\"}}", "/tags");
      String move = "{\"version\":1,\"reason\":\"" + bad + "\"}";
      refusedText("PUT", model + "/stages/staging", move, "/reason");
      refusedText("PUT", model + "/aliases/champion", move, "/reason");
      refusedText(
          "POST", model + "/stages/staging/rollback", "{\"reason\":\"" + bad + "\"}", "/reason");
      refusedText("POST", "/api/v1/prediction-id-keys", "{\"reason\":\"" + bad + "\"}", "/reason");
    }
    problem(
            given().queryParam("reason", "a\nb").delete("/api/v1/keys/00000000").then(),
            422,
            "invalid-input")
        .body("errors[0].pointer", equalTo("/reason"));
    given()
        .contentType(ContentType.JSON)
        .body("{\"description\":\"two\\nlines\",\"owner\":\"Zoë 👩\\u200d🔬\"}")
        .patch(model)
        .then()
        .statusCode(200);
  }

  @Test
  void aDisplayNameIsUniqueAndForPeople() throws Exception {
    publish("display-a", bundle("customer-v1")).statusCode(201);
    publish("display-b", bundle("customer-v1")).statusCode(201);
    String name = "Ä model.v2 (ünïcode) #1 & % + ?";
    patch("display-a", "{\"display_name\":\"" + name + "\"}")
        .statusCode(200)
        .body("name", equalTo("display-a"))
        .body("display_name", equalTo(name));
    problem(patch("display-b", "{\"display_name\":\"" + name + "\"}"), 409, "conflict");
    given()
        .queryParam("q", "ünïcode")
        .get(MODELS)
        .then()
        .body("models.name", contains("display-a"));
    for (String bad : List.of("a\\u202eb", "a\\nb", " ", "", "x".repeat(251))) {
      refusedText(
          "PATCH", MODELS + "/display-b", "{\"display_name\":\"" + bad + "\"}", "/display_name");
    }
    patch("display-b", "{\"display_name\":\"" + "😀".repeat(250) + "\"}").statusCode(200);
    patch("display-a", "{\"display_name\":null}").body("display_name", nullValue());
    patch("display-b", "{\"display_name\":\"" + name + "\"}").statusCode(200);
    given().delete(MODELS + "/display-b").then().statusCode(204);
    patch("display-a", "{\"display_name\":\"" + name + "\"}").statusCode(200);
  }

  @Test
  void filesAndExternalVersionsStandBesideBundles() throws Exception {
    byte[] zip = bundle("customer-v1");
    publish("beside", zip).statusCode(201).body("kind", equalTo("bundle"));
    RequestSpecification files = given().contentType(ZIP).body(zip).queryParam("kind", "files");
    files
        .queryParam("dry_run", "true")
        .post(MODELS + "/beside/versions")
        .then()
        .statusCode(200)
        .body("kind", equalTo("files"))
        .body("files", greaterThanOrEqualTo(3));
    given()
        .contentType(ZIP)
        .body(zip)
        .post(MODELS + "/beside/versions?kind=files")
        .then()
        .statusCode(201)
        .body("version", equalTo(2))
        .body("kind", equalTo("files"))
        .body("status", equalTo("READY"))
        .body("object", nullValue());
    external("beside", "{\"kind\":\"external\",\"source\":\"s3://models/churn\"}")
        .statusCode(201)
        .body("version", equalTo(3))
        .body("source", equalTo("s3://models/churn"));
    given()
        .get(MODELS + "/beside/versions/3")
        .then()
        .statusCode(200)
        .body("archive_digest", nullValue())
        .body("checks", nullValue())
        .body("files", hasSize(0));
    given().get(MODELS + "/beside/versions/3/lineage").then().statusCode(200);
    given().get(MODELS + "/beside/compare?versions=1,3").then().statusCode(200);
    given().get(MODELS + "/beside/versions/2/files/bundle.json").then().statusCode(200);
    for (String missing : List.of("2/graph", "3/graph", "3/bundle", "3/files/bundle.json")) {
      problem(given().get(MODELS + "/beside/versions/" + missing).then(), 404, "not-found");
    }
    for (int version : List.of(2, 3)) {
      problem(put("beside", "{\"version\":" + version + "}"), 409, "conflict");
      given()
          .contentType(ContentType.JSON)
          .body("{}")
          .post("/models/beside/versions/" + version + "/predict")
          .then()
          .statusCode(404)
          .body("detail", containsString("can't be served"));
      given().get("/console/models/beside/versions/" + version).then().statusCode(200);
      given().get("/console/models/beside/try?version=" + version).then().statusCode(404);
    }
    given().get("/console/models/beside").then().statusCode(200);
    problem(
        given().contentType(ZIP).body(zip).post(MODELS + "/beside/versions?kind=file").then(),
        400,
        "malformed-request");
    problem(external("beside", "{\"kind\":\"external\"}"), 422, "invalid-input")
        .body("errors[0].pointer", equalTo("/source"));
    problem(external("beside", "{\"kind\":\"elsewhere\"}"), 422, "invalid-input");
  }

  private static ValidatableResponse external(String model, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post(MODELS + "/" + model + "/versions")
        .then();
  }

  private static void refusedText(String method, String path, String body, String pointer) {
    problem(
            given().contentType(ContentType.JSON).body(body).request(method, path).then(),
            422,
            "invalid-input")
        .body("errors[0].pointer", equalTo(pointer));
  }

  @Test
  void ofManyPromotionsWithOneRevisionOneWins() throws Exception {
    publish("crowd", bundle("customer-v1")).statusCode(201);
    publish("crowd", bundle("customer-v2")).statusCode(201);
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        int version = 1 + i % 2;
        calls.add(
            executor.submit(
                () -> promote("crowd", "production", version, "\"0\"").extract().statusCode()));
      }
      for (Future<Integer> call : calls) {
        statuses.add(call.get());
      }
    }
    assertThat(statuses).containsOnly(200, 412);
    assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
  }

  @Test
  void everyRefusalIsAProblem() {
    publish("problems", bundle("customer-v1")).statusCode(201);
    String model = MODELS + "/problems";
    problem(given().get(MODELS + "/nobody").then(), 404, "not-found");
    problem(given().get("/api/v1/nothing").then(), 404, "not-found");
    problem(given().get(model + "/versions/9").then(), 404, "not-found");
    problem(given().get(model + "/versions/one").then(), 404, "not-found");
    problem(given().get(model + "/versions/1/files/nothing").then(), 404, "not-found");
    problem(given().put(model).then(), 405, "method-not-allowed");
    problem(
        given().accept("image/png").get(model + "/versions/1/lineage").then(),
        406,
        "not-acceptable");
    problem(
        given().contentType("text/plain").body("x").post(model + "/versions").then(),
        415,
        "unsupported-media-type");
    problem(publish("problems", new byte[] {1, 2, 3, 4}), 400, "malformed-request");
    problem(publish("problems", new byte[SmallUploadsProfile.MAX_UPLOAD + 1]), 413, "too-large");
    problem(publish("Bad Name", new byte[1]), 422, "invalid-input");
    problem(
        given()
            .header("Repr-Digest", Digest.of(new byte[0]).inHeader())
            .contentType(ZIP)
            .body(bundle("customer-v2"))
            .post(model + "/versions")
            .then(),
        400,
        "malformed-request");
    problem(promote("problems", "canary", 1, null), 404, "not-found");
    problem(promote("problems", "production", 1, "nonsense\""), 400, "malformed-request");
    problem(promote("problems", "production", 1, "\"other\""), 412, "precondition-failed");
    problem(rollback("problems", "{}"), 409, "conflict");
    problem(given().get(MODELS + "?limit=0").then(), 400, "malformed-request");
    problem(given().get(MODELS + "?page_token=!").then(), 400, "malformed-request");
    problem(given().delete(model + "?force=perhaps").then(), 400, "malformed-request");
    patch("problems", "{\"policy\":{\"require_if_match\":true}}").statusCode(200);
    problem(promote("problems", "production", 1, null), 428, "precondition-required");
  }

  @Test
  void jsonIsReadStrictly() {
    publish("strict", bundle("customer-v1")).statusCode(201);
    problem(patch("strict", "{\"owner\":\"a\",\"owner\":\"b\"}"), 400, "malformed-request")
        .body("detail", containsString("owner"));
    problem(patch("strict", "{\"owner\":\"a\"} x"), 400, "malformed-request");
    problem(patch("strict", ""), 400, "malformed-request");
    problem(patch("strict", "{\"owner\":NaN}"), 400, "malformed-request");
    problem(patch("strict", "[".repeat(5_000)), 400, "malformed-request");
    problem(patch("strict", "{\"owner\":" + "1".repeat(2_000) + "}"), 400, "malformed-request");
    problem(
        patch("strict", "{\"owner\":\"" + "x".repeat(JsonBody.MOST_BYTES) + "\"}"),
        413,
        "too-large");
    problem(patch("strict", "{\"owner\":\"a\\u0000\"}"), 422, "invalid-input")
        .body("errors[0].pointer", equalTo("/owner"));
    problem(patch("strict", "{\"Owner\":\"a\"}"), 422, "invalid-input")
        .body("errors[0].pointer", equalTo("/Owner"));
    problem(patch("strict", "[]"), 422, "invalid-input");
    problem(put("strict", "{\"version\":1,\"raeson\":\"x\"}"), 422, "invalid-input")
        .body("errors[0].pointer", equalTo("/raeson"));
    problem(put("strict", "{\"version\":\"1\"}"), 422, "invalid-input")
        .body("errors[0].pointer", equalTo("/version"));
    problem(put("strict", "{\"version\":1.5}"), 422, "invalid-input");
    problem(put("strict", "{}"), 422, "invalid-input");
    patch("strict", "{\"owner\":\"Zoë\",\"tags\":{\"a\":\"b\"},\"description\":null}")
        .statusCode(200)
        .body("owner", equalTo("Zoë"))
        .body("tags.a", equalTo("b"));
    patch("strict", "{\"tags\":{\"a\":null,\"c\":\"\"}}").body("tags.a", nullValue());
    given().get(MODELS + "?q=strict&tag=c").then().body("models.name", contains("strict"));
  }

  @Test
  void nothingIsLeftOfRefusedUploads() throws Exception {
    publish("leftovers", bundle("customer-bad")).statusCode(422);
    publish("leftovers", new byte[SmallUploadsProfile.MAX_UPLOAD * 3]).statusCode(413);
    try (var left = Files.list(data.resolve("store/incoming"))) {
      assertThat(left.toList()).isEmpty();
    }
  }

  @Test
  void eventsComeAsTheyHappen() throws Exception {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<java.io.InputStream> stream =
          client.send(
              HttpRequest.newBuilder(URI.create(events.toString())).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(stream.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
      Thread reader = Thread.ofVirtual().start(() -> read(stream.body(), lines));
      publish("eventful", bundle("customer-v1")).statusCode(201);
      promote("eventful", "staging", 1, null).statusCode(200);
      Awaitility.await().until(() -> lines.contains("event:promoted"));
      stream.body().close();
      reader.join();
    }
    assertThat(lines).contains("event:registered");
    assertThat(lines.stream().filter(line -> line.contains("\"eventful\"")))
        .hasSize(2)
        .allMatch(line -> line.startsWith("data:{"))
        .last()
        .asString()
        .matches(
            "data:\\{\"kind\":\"promoted\",\"model\":\"eventful\",\"version\":1,"
                + "\"target\":\"staging\",\"previous\":null,\"revision\":1,"
                + "\"at\":\"[0-9T:.-]+Z\",\"actor\":\"[^\"]+\"}");
  }

  @Test
  void metricsTellOfUploads() {
    publish("measured", bundle("customer-v1")).statusCode(201);
    promote("measured", "production", 1, null).statusCode(200);
    String metrics = given().get("/metrics").asString();
    assertThat(metrics)
        .contains("slipway_uploads_total{result=\"created\"}")
        .contains("slipway_upload_bytes_total")
        .contains("slipway_bundle_checks_total{result=\"passed\"}")
        .contains("slipway_store_bytes ")
        .contains("slipway_store_free_bytes ")
        .contains("slipway_artifact_corrupt_total ")
        .contains("slipway_audit_entries_total ")
        .contains("slipway_stage_revision{model=\"measured\"} 1.0")
        .contains(
            "slipway_stage_changes_total{action=\"promote\",model=\"measured\",stage=\"production\"}")
        .contains("slipway_build_info{");
  }

  private static void read(java.io.InputStream body, ConcurrentLinkedQueue<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      // The test has closed the stream.
    }
  }

  private static byte[] bundle(String name) {
    try {
      Path zip = Files.createTempFile("bundle", ".zip");
      BundleArchive.pack(Path.of("src/test/resources/bundles", name), zip);
      byte[] bytes = Files.readAllBytes(zip);
      Files.delete(zip);
      return bytes;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ValidatableResponse publish(String model, byte[] body) {
    return given().contentType(ZIP).body(body).post(MODELS + "/{model}/versions", model).then();
  }

  private static ValidatableResponse promote(
      String model, String stage, int version, @org.jspecify.annotations.Nullable String match) {
    RequestSpecification request =
        given().contentType(ContentType.JSON).body("{\"version\":" + version + "}");
    if (match != null) {
      request.header("If-Match", match);
    }
    return request.put(MODELS + "/" + model + "/stages/" + stage).then();
  }

  private static ValidatableResponse put(String model, String json) {
    return given()
        .contentType(ContentType.JSON)
        .body(json)
        .put(MODELS + "/" + model + "/stages/production")
        .then();
  }

  private static ValidatableResponse patch(String model, String json) {
    return given()
        .contentType(ContentType.JSON)
        .body(json.getBytes(StandardCharsets.UTF_8))
        .patch(MODELS + "/" + model)
        .then();
  }

  private static ValidatableResponse rollback(String model, String json) {
    return given()
        .contentType(ContentType.JSON)
        .body(json)
        .post(MODELS + "/" + model + "/stages/production/rollback")
        .then();
  }

  private static ValidatableResponse problem(
      ValidatableResponse response, int status, String code) {
    return response
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo("urn:slipway:problem:" + code))
        .body("status", equalTo(status))
        .body("title", not(nullValue()))
        .body("detail", not(nullValue()))
        .body("instance", startsWith("/api/v1/"));
  }
}
