package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.ModelInferRequest;
import inference.ModelMetadataRequest;
import inference.ModelReadyRequest;
import inference.ModelStatisticsRequest;
import inference.RepositoryIndexRequest;
import inference.RepositoryModelLoadRequest;
import inference.RepositoryModelUnloadRequest;
import inference.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.Bundles;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.Registry;
import io.slipway.security.Role;
import io.slipway.security.gate.Visitor.Answer;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/// Who is let in at the running service, and what they may.
@QuarkusTest
@TestProfile(GuardedProfile.class)
class GateTest {
  @Inject Registry registry;
  @Inject DataSource database;

  @TestHTTPResource("/")
  URI root;

  private Visitor admin() {
    return Visitor.bearer(root, GuardedProfile.ADMIN);
  }

  /// Makes a key of a name that no other test uses.
  private JsonNode key(String name, String roles, String models, String more) {
    Answer made =
        admin()
            .send(
                "POST",
                "/api/v1/keys",
                "{\"name\":\"%s-%d\",\"roles\":%s,\"models\":%s%s}"
                    .formatted(
                        name, ThreadLocalRandom.current().nextInt(1 << 30), roles, models, more));
    assertThat(made.status()).as(made.http().body()).isEqualTo(201);
    return made.json();
  }

  private String secret(String name, String roles, String models) {
    return key(name, roles, models, "").get("key").asText();
  }

  private static String list(Role role) {
    return "[\"" + role.lower() + "\"]";
  }

  /// A call, and the roles that may make it: written down here once more, by hand.
  private record Call(String method, String path, String body, Set<Role> roles) {}

  private static final Set<Role> ALL = EnumSet.allOf(Role.class);
  private static final Set<Role> READERS = EnumSet.complementOf(EnumSet.of(Role.CALLER));

  private static final List<Call> CALLS =
      List.of(
          new Call("GET", "/api/v1/models", "", READERS),
          new Call("GET", "/api/v1/models/none", "", READERS),
          new Call("GET", "/api/v1/models/none/versions/1/bundle", "", READERS),
          new Call("GET", "/metrics", "", READERS),
          new Call("GET", "/models", "", ALL),
          new Call("GET", "/v2", "", ALL),
          new Call("GET", "/q/openapi", "", ALL),
          new Call("GET", "/session", "", ALL),
          new Call("POST", "/models/none/predict", "{}", EnumSet.of(Role.CALLER, Role.ADMIN)),
          new Call("POST", "/v2/models/none/infer", "{}", EnumSet.of(Role.CALLER, Role.ADMIN)),
          new Call("POST", "/v1/models/none:predict", "{}", EnumSet.of(Role.CALLER, Role.ADMIN)),
          new Call("POST", "/invocations", "{}", EnumSet.of(Role.CALLER, Role.ADMIN)),
          new Call(
              "POST", "/api/v1/models/none/versions", "x", EnumSet.of(Role.PUBLISHER, Role.ADMIN)),
          new Call(
              "PATCH",
              "/api/v1/models/none",
              "{\"description\":\"d\"}",
              EnumSet.of(Role.PUBLISHER, Role.ADMIN)),
          new Call("PATCH", "/api/v1/models/none", "{\"policy\":{}}", EnumSet.of(Role.ADMIN)),
          new Call("DELETE", "/api/v1/models/none?force=true", "", EnumSet.of(Role.ADMIN)),
          new Call(
              "PUT",
              "/api/v1/models/none/stages/production",
              "{\"version\":1}",
              EnumSet.of(Role.PROMOTER, Role.ADMIN)),
          new Call(
              "POST",
              "/api/v1/models/none/stages/production/rollback",
              "{}",
              EnumSet.of(Role.PROMOTER, Role.ADMIN)),
          new Call(
              "POST",
              "/v2/repository/models/none/load",
              "{}",
              EnumSet.of(Role.PROMOTER, Role.ADMIN)),
          new Call("GET", "/api/v1/audit", "", EnumSet.of(Role.AUDITOR, Role.ADMIN)),
          new Call("GET", "/api/v1/keys", "", EnumSet.of(Role.ADMIN)),
          new Call("POST", "/api/v1/keys", "{}", EnumSet.of(Role.ADMIN)),
          new Call("DELETE", "/api/v1/keys/none", "", EnumSet.of(Role.ADMIN)));

  @Test
  void everyRoleMayWhatItIsForAndNothingElse() {
    for (Role role : Role.values()) {
      Visitor visitor = Visitor.bearer(root, secret("role", list(role), "[\"*\"]"));
      for (Call call : CALLS) {
        Answer answer = visitor.send(call.method(), call.path(), call.body());
        String what = role + " " + call.method() + " " + call.path();
        if (call.roles().contains(role)) {
          assertThat(answer.status()).as(what).isNotIn(401, 403);
        } else {
          assertThat(answer.status()).as(what).isEqualTo(403);
        }
      }
    }
  }

  @Test
  void aKeyForSomeModelsIsForNoOther() {
    Visitor caller =
        Visitor.bearer(root, secret("some", list(Role.CALLER), "[\"mine\",\"our-*\"]"));
    for (String mine : List.of("mine", "our-churn", "our-")) {
      assertThat(caller.send("POST", "/models/" + mine + "/predict", "{}").status())
          .as(mine)
          .isEqualTo(404);
    }
    for (String other :
        List.of("other", "mine2", "ours", "Mine", "mine%20", "m%69ne", "our-%2F..%2Fother")) {
      for (String path :
          List.of(
              "/models/" + other + "/predict",
              "/models/" + other + "/stages/mine/predict",
              "/v2/models/" + other + "/infer",
              "/v1/models/" + other + ":predict")) {
        assertThat(caller.send("POST", path, "{}").status()).as(path).isIn(400, 403);
      }
      assertThat(caller.get("/v2/models/" + other + "/ready").status()).as(other).isIn(400, 403);
    }
    assertThat(
            caller
                .send(
                    "POST",
                    "/invocations",
                    "{}",
                    "X-Amzn-SageMaker-Target-Model",
                    "other",
                    "Content-Type",
                    "application/json")
                .status())
        .isEqualTo(403);
    assertThat(
            caller
                .send(
                    "POST",
                    "/invocations",
                    "{}",
                    "X-Amzn-SageMaker-Target-Model",
                    "mine",
                    "Content-Type",
                    "application/json")
                .status())
        .isEqualTo(404);
    for (String all : List.of("/models", "/v1/models", "/v2/models/stats")) {
      assertThat(caller.get(all).status()).as(all).isEqualTo(403);
    }
  }

  @Test
  void aKeyForSomeModelsIsToldOfThoseAlone() {
    for (String name : List.of("listed_mine", "listed_more", "listedxmine", "unlisted")) {
      Bundles.register(registry, name, "customer-v1");
    }
    Visitor viewer =
        Visitor.bearer(root, secret("lister", list(Role.VIEWER), "[\"listed_*\",\"absent\"]"));
    assertThat(viewer.get("/api/v1/models").json().at("/models").findValuesAsText("name"))
        .containsExactly("listed_mine", "listed_more");
    assertThat(viewer.get("/api/v1/models?q=listed&limit=1").json().at("/models/0/name").asText())
        .isEqualTo("listed_mine");
    String page = viewer.get("/console").http().body();
    assertThat(page).contains("listed_mine").doesNotContain("listedxmine", "unlisted");
    assertThat(viewer.get("/console/models/listed_mine").status()).isEqualTo(200);
    assertThat(viewer.get("/console/models/unlisted").status()).isEqualTo(403);
    for (String all : List.of("/console/latency", "/console/system", "/console/publish")) {
      assertThat(viewer.get(all).status()).as(all).isEqualTo(403);
    }
  }

  @Test
  void aPathInDisguiseOpensNothing() {
    Visitor caller = Visitor.bearer(root, secret("disguise", list(Role.CALLER), "[\"mine\"]"));
    for (String path :
        List.of(
            "/models/mine/../other/predict",
            "/models/mine/%2e%2e/other/predict",
            "//models/other/predict",
            "/models/other;mine/predict",
            "/api/v1/models;x=/mine",
            "/models/mine/./../../api/v1/keys",
            "/%61pi/v1/keys",
            "/sign-in/../api/v1/keys",
            "/q/health/../../api/v1/keys",
            "/q/health/..%2f..%2fapi/v1/keys")) {
      for (String method : List.of("GET", "POST")) {
        Answer answer = caller.send(method, path, method.equals("GET") ? "" : "{}");
        assertThat(answer.status()).as(method + " " + path).isIn(400, 403, 404, 405);
        assertThat(answer.http().body()).as(path).doesNotContain("configured-admin", "\"keys\"");
        assertThat(Visitor.of(root).send(method, path, "").status())
            .as("nobody, " + method + " " + path)
            .isIn(400, 401, 404, 405);
      }
    }
  }

  private void grpc(String key, Consumer<GRPCInferenceServiceBlockingStub> calls) {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress(root.getHost(), root.getPort()).usePlaintext().build();
    try {
      Metadata headers = new Metadata();
      if (!key.isEmpty()) {
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
      }
      calls.accept(
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
    } finally {
      channel.shutdownNow();
    }
  }

  private static Status.Code refused(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void grpcAsksForTheModelThatTheMessageNames() {
    ModelInferRequest other = ModelInferRequest.newBuilder().setModelName("other").build();
    ModelInferRequest mine = ModelInferRequest.newBuilder().setModelName("mine").build();
    grpc(
        "",
        stub -> {
          assertThat(refused(() -> stub.modelInfer(mine))).isEqualTo(Status.Code.UNAUTHENTICATED);
          assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
        });
    grpc(
        secret("grpc", list(Role.CALLER), "[\"mine\"]"),
        stub -> {
          assertThat(refused(() -> stub.modelInfer(mine))).isEqualTo(Status.Code.NOT_FOUND);
          Status.Code no = Status.Code.PERMISSION_DENIED;
          assertThat(refused(() -> stub.modelInfer(other))).isEqualTo(no);
          assertThat(
                  refused(
                      () ->
                          stub.modelReady(ModelReadyRequest.newBuilder().setName("other").build())))
              .isEqualTo(no);
          assertThat(
                  refused(
                      () ->
                          stub.modelMetadata(
                              ModelMetadataRequest.newBuilder().setName("other").build())))
              .isEqualTo(no);
          assertThat(
                  refused(() -> stub.modelStatistics(ModelStatisticsRequest.getDefaultInstance())))
              .isEqualTo(no);
          assertThat(
                  refused(() -> stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())))
              .isEqualTo(no);
          assertThat(
                  refused(
                      () ->
                          stub.repositoryModelLoad(
                              RepositoryModelLoadRequest.newBuilder()
                                  .setModelName("mine")
                                  .build())))
              .isEqualTo(no);
        });
    grpc(
        secret("grpc-promoter", list(Role.PROMOTER), "[\"mine\"]"),
        stub -> {
          assertThat(refused(() -> stub.modelInfer(mine))).isEqualTo(Status.Code.PERMISSION_DENIED);
          assertThat(
                  refused(
                      () ->
                          stub.repositoryModelUnload(
                              RepositoryModelUnloadRequest.newBuilder()
                                  .setModelName("other")
                                  .build())))
              .isEqualTo(Status.Code.PERMISSION_DENIED);
        });
  }

  @Test
  void everyDoorRefusesInItsOwnWords() {
    Visitor nobody = Visitor.of(root);
    Answer problem = nobody.get("/api/v1/models");
    assertThat(problem.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(problem.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(problem.json().get("type").asText())
        .isEqualTo("urn:slipway:problem:unauthenticated");
    assertThat(problem.json().get("instance").asText()).isEqualTo("/api/v1/models");
    for (String peer : List.of("/v2/models/x/infer", "/v1/models/x:predict", "/invocations")) {
      JsonNode error = nobody.send("POST", peer, "{}").json();
      assertThat(error.size()).as(peer).isEqualTo(1);
      assertThat(error.get("error").isTextual()).as(peer).isTrue();
    }
    Visitor viewer = Visitor.bearer(root, secret("words", list(Role.VIEWER), "[\"*\"]"));
    assertThat(viewer.get("/api/v1/keys").json().get("type").asText())
        .isEqualTo("urn:slipway:problem:forbidden");
    assertThat(viewer.send("POST", "/v2/models/x/infer", "{}").json().has("error")).isTrue();
  }

  @Test
  void aKeyIsTakenAsBearerAsBasicPasswordAndAsApiKey() {
    String key = secret("forms", list(Role.VIEWER), "[\"*\"]");
    String basic =
        Base64.getEncoder().encodeToString(("anyone:" + key).getBytes(StandardCharsets.US_ASCII));
    assertThat(Visitor.of(root, "Authorization", "bearer " + key).get("/models").status())
        .isEqualTo(200);
    assertThat(Visitor.of(root, "Authorization", "Basic " + basic).get("/models").status())
        .isEqualTo(200);
    assertThat(Visitor.of(root, "X-API-Key", key).get("/models").status()).isEqualTo(200);
    InetAddress elsewhere = address("127.0.0.77");
    for (String wrong :
        List.of(
            "Bearer " + key.substring(0, key.length() - 1) + (key.endsWith("A") ? "B" : "A"),
            "Bearer slp_000000000000_" + key.substring(17),
            "Bearer ",
            "Basic !",
            "Digest " + key)) {
      assertThat(Visitor.from(elsewhere, root, "Authorization", wrong).get("/models").status())
          .as(wrong)
          .isEqualTo(401);
    }
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRevokedKeyEndsAtOnceAndForGood() {
    JsonNode key = key("leaver", list(Role.ADMIN), "[\"*\"]", "");
    Visitor leaver = Visitor.bearer(root, key.get("key").asText());
    assertThat(leaver.get("/api/v1/keys").status()).isEqualTo(200);
    String path = "/api/v1/keys/" + key.get("id").asText();
    Answer revoked = admin().send("DELETE", path + "?reason=left", "");
    assertThat(revoked.json().get("revoked_by").asText()).isEqualTo("configured-admin");
    assertThat(leaver.get("/api/v1/keys").status()).isEqualTo(401);
    assertThat(admin().send("DELETE", path, "").json().get("revoked_at"))
        .as("a second time changes nothing")
        .isEqualTo(revoked.json().get("revoked_at"));
    assertThat(admin().get("/api/v1/keys").http().body()).doesNotContain(path.substring(13));
    assertThat(admin().get("/api/v1/keys?all=true&limit=500").http().body())
        .contains(path.substring(13));
  }

  @Test
  void aKeyEndsWhenItExpires() {
    Instant soon = Instant.now().plus(Duration.ofSeconds(2));
    JsonNode key = key("brief", list(Role.VIEWER), "[\"*\"]", ",\"expires_at\":\"" + soon + "\"");
    Visitor brief = Visitor.from(address("127.0.0.78"), root, "X-API-Key", key.get("key").asText());
    assertThat(brief.get("/models").status()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(brief.get("/models").status()).isEqualTo(401));
    assertThat(Instant.now()).isAfterOrEqualTo(soon);
  }

  @Test
  void theSecretIsShownOnceAndKeptNowhere() throws Exception {
    JsonNode key = key("once", list(Role.VIEWER), "[\"*\"]", "");
    String secret = key.get("key").asText();
    assertThat(secret).matches("slp_[a-z0-9]{12}_[A-Za-z0-9_-]{43}");
    String hidden = secret.substring(17);
    assertThat(admin().get("/api/v1/keys/" + key.get("id").asText()).json().has("key")).isFalse();
    assertThat(admin().get("/api/v1/keys?limit=500").http().body()).doesNotContain(hidden);
    assertThat(admin().get("/api/v1/audit?limit=500").http().body()).doesNotContain(hidden);
    try (Connection connection = database.getConnection();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "select k::text from access_key k where id = '"
                        + key.get("id").asText()
                        + "'")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).doesNotContain(hidden);
    }
  }

  @Test
  void theHistoryNamesTheKeyThatMadeAChange() {
    JsonNode key = key("releaser", "[\"publisher\",\"promoter\"]", "[\"named-*\"]", "");
    Visitor releaser = Visitor.bearer(root, key.get("key").asText());
    Bundles.register(registry, "named-model", "customer-v1");
    assertThat(
            releaser
                .send("PUT", "/api/v1/models/named-model/stages/production", "{\"version\":1}")
                .status())
        .isEqualTo(200);
    AuditEntry moved = registry.history("named-model", null, 1).items().getFirst();
    assertThat(moved.actor()).isEqualTo(key.get("name").asText());
    List<AuditEntry> keys =
        registry.audit(null, 500).items().stream()
            .filter(entry -> entry.action().equals("key.created"))
            .filter(entry -> key.get("name").asText().equals(entry.target()))
            .toList();
    assertThat(keys).hasSize(1);
    assertThat(keys.getFirst().actor()).isEqualTo("configured-admin");
    assertThat(registry.firstBrokenAuditEntry()).isNull();
  }

  @Test
  void whoCallsMoreOftenThanTheKeyAllowsIsToldWhenToComeBack() {
    JsonNode key = key("hasty", list(Role.VIEWER), "[\"*\"]", ",\"rate\":1,\"burst\":3");
    Visitor hasty = Visitor.bearer(root, key.get("key").asText());
    int let = 0;
    Answer refused = null;
    for (int i = 0; i < 10 && refused == null; i++) {
      Answer answer = hasty.get("/models");
      if (answer.status() == 429) {
        refused = answer;
      } else {
        assertThat(answer.status()).isEqualTo(200);
        let++;
      }
    }
    assertThat(let).isGreaterThanOrEqualTo(3);
    assertThat(refused).isNotNull();
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(hasty.get("/models").status()).isEqualTo(200));
  }

  @Test
  void wrongKeysOfOneAddressAreThrottledAndRightOnesAreNot() {
    InetAddress guesser = address("127.0.0.99");
    Visitor wrong = Visitor.from(guesser, root, "Authorization", "Bearer slp_guess");
    int unauthenticated = 0;
    Answer last = wrong.get("/models");
    for (int i = 0; i < 3 * Strikes.BURST && last.status() == 401; i++) {
      unauthenticated++;
      last = wrong.get("/models");
    }
    assertThat(unauthenticated).isGreaterThanOrEqualTo(Strikes.BURST);
    assertThat(last.status()).isEqualTo(429);
    assertThat(Integer.parseInt(last.header("Retry-After"))).isBetween(1, 6);
    assertThat(
            Visitor.from(guesser, root, "Authorization", "Bearer " + GuardedProfile.ADMIN)
                .get("/models")
                .status())
        .isEqualTo(200);
  }

  @Test
  void theLastUseIsKept() {
    JsonNode key = key("used", list(Role.VIEWER), "[\"*\"]", "");
    String path = "/api/v1/keys/" + key.get("id").asText();
    assertThat(admin().get(path).json().get("last_used_at").isNull()).isTrue();
    Visitor.bearer(root, key.get("key").asText()).get("/models");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(admin().get(path).json().get("last_used_at").isTextual()).isTrue());
  }

  @Test
  void refusalsAreCountedByWhy() {
    Visitor.of(root).get("/models/somebodys-choice");
    String metrics = admin().get("/metrics").http().body();
    assertThat(metrics)
        .containsPattern("slipway_auth_failures_total\\{reason=\"missing\"\\} [1-9]");
    assertThat(metrics).contains("slipway_auth_failures_total{reason=\"throttled\"}");
    assertThat(metrics)
        .as("a path that nobody was let through to is no label")
        .contains("uri=\"/_refused\"")
        .doesNotContain("somebodys-choice");
  }

  /// The router behind the gate would answer alike: only the count tells who did.
  @Test
  void whatIsNotInTheTableIsRefusedByTheGateToAnAdministratorToo() {
    double before = unlisted();
    assertThat(admin().get("/beyond-the-table").status()).isEqualTo(404);
    assertThat(admin().send("PATCH", "/models", "{}").status()).isEqualTo(405);
    assertThat(unlisted() - before).isEqualTo(2);
  }

  private double unlisted() {
    String name = "slipway_auth_failures_total{reason=\"unlisted\"} ";
    return admin()
        .get("/metrics")
        .http()
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  @Test
  void whatAKeyCantBeIsSaidByMember() {
    for (String body :
        List.of(
            "{\"roles\":[\"viewer\"]}",
            "{\"name\":\"anonymous\",\"roles\":[\"viewer\"]}",
            "{\"name\":\"n\",\"roles\":[]}",
            "{\"name\":\"n\",\"roles\":[\"root\"]}",
            "{\"name\":\"n\",\"roles\":[\"viewer\"],\"models\":[\"A/B\"]}",
            "{\"name\":\"n\",\"roles\":[\"viewer\"],\"models\":[]}",
            "{\"name\":\"n\",\"roles\":[\"viewer\"],\"rate\":0}",
            "{\"name\":\"n\",\"roles\":[\"viewer\"],\"burst\":5}",
            "{\"name\":\"n\",\"roles\":[\"viewer\"],\"expires_at\":\"2020-01-01T00:00:00Z\"}",
            "{\"name\":\"n\",\"roles\":[\"viewer\"],\"colour\":\"red\"}")) {
      Answer answer = admin().send("POST", "/api/v1/keys", body);
      assertThat(answer.status()).as(body).isEqualTo(422);
      assertThat(answer.json().at("/errors/0/pointer").asText()).as(body).startsWith("/");
    }
    JsonNode key = key("twice", list(Role.VIEWER), "[\"*\"]", "");
    assertThat(
            admin()
                .send(
                    "POST",
                    "/api/v1/keys",
                    "{\"name\":\"" + key.get("name").asText() + "\",\"roles\":[\"viewer\"]}")
                .status())
        .isEqualTo(409);
  }
}
