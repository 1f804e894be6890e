package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import inference.GRPCInferenceServiceGrpc;
import io.grpc.ServiceDescriptor;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.security.gate.Visitor.Answer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every route that this process has, found by asking the router, the resource classes, the OpenAPI
/// document and the descriptors of gRPC, so that a new one can't be forgotten.
@QuarkusTest
@TestProfile(GuardedProfile.class)
class EveryRouteTest {
  /// All that is answered to whoever asks: health, and the way in.
  private static final Set<String> OPEN =
      Set.of(
          "GET /",
          "GET /ping",
          "GET /docs/x",
          "GET /health",
          "GET /version",
          "GET /v2/health/live",
          "GET /v2/health/ready",
          "GET /sign-in",
          "GET /sign-in.css",
          "GET /sign-in/oidc",
          "POST /session",
          "DELETE /session",
          "GET /q/health",
          "GET /q/health/group/promoted",
          "GET /q/health/live",
          "GET /q/health/ready",
          "GET /q/health/started",
          "POST /inference.GRPCInferenceService/ServerLive",
          "POST /inference.GRPCInferenceService/ServerReady",
          "POST /grpc.health.v1.Health/x",
          "POST /grpc.health.v1.Health/Check",
          "POST /grpc.health.v1.Health/Watch");

  /// What a route with a regular expression matches. The test fails where a route has no sample.
  private static final List<String> SAMPLES =
      List.of(
          "/v1/models/m",
          "/v1/models/m/versions/1",
          "/v1/models/m/labels/l",
          "/v1/models/m/metadata",
          "/v1/models/m/versions/1/metadata",
          "/v1/models/m/labels/l/metadata",
          "/v1/models/m:predict",
          "/v1/models/m/versions/1:classify",
          "/v1/models/m/labels/l:regress");

  @Inject Router router;

  @TestHTTPResource("/")
  URI root;

  private record Way(String method, String path) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private Set<String> ways() {
    Set<String> ways = new TreeSet<>();
    ofRouter().forEach(way -> ways.add(way.toString()));
    ofOpenApi().forEach(way -> ways.add(way.toString()));
    ofResources().forEach(way -> ways.add(way.toString()));
    ofGrpc().forEach(way -> ways.add(way.toString()));
    for (String health : List.of("", "/live", "/ready", "/started")) {
      ways.add("GET /q/health" + health);
    }
    return ways;
  }

  private List<Way> ofRouter() {
    List<Way> ways = new ArrayList<>();
    Set<String> paths = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      Set<HttpMethod> methods = route.methods() == null ? Set.of() : route.methods();
      for (HttpMethod method : methods) {
        if (!method.equals(HttpMethod.HEAD)) {
          paths(route).forEach(path -> ways.add(new Way(method.name(), path)));
        }
      }
      if (!methods.isEmpty()) {
        paths.addAll(paths(route));
      }
    }
    for (Route route : router.getRoutes()) {
      // One path, any method: where no other route has it, that answers, and not that a method is
      // wrong. The rest are filters and what answers that there is nothing.
      if ((route.methods() == null || route.methods().isEmpty())
          && route.isExactPath()
          && !route.isRegexPath()) {
        paths(route).stream()
            .filter(path -> !paths.contains(path))
            .forEach(path -> ways.add(new Way("GET", path)));
      }
    }
    return ways;
  }

  private static List<String> paths(Route route) {
    String path = route.getPath();
    Pattern pattern = pattern(route);
    if (path == null && pattern == null) {
      return List.of();
    }
    if (path == null || path.contains("(")) {
      List<String> matching =
          SAMPLES.stream().filter(sample -> pattern.matcher(sample).matches()).toList();
      assertThat(matching).as("samples of " + pattern).isNotEmpty();
      return matching;
    }
    String sample = path.replaceAll(":[A-Za-z]+", "x");
    return List.of(route.isExactPath() || !sample.endsWith("/") ? sample : sample + "x");
  }

  /// What the router itself matches; it tells nobody.
  private static Pattern pattern(Route route) {
    try {
      Method state = route.getClass().getDeclaredMethod("state");
      state.setAccessible(true);
      Object held = state.invoke(route);
      Method pattern = held.getClass().getDeclaredMethod("getPattern");
      pattern.setAccessible(true);
      return (Pattern) pattern.invoke(held);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private List<Way> ofOpenApi() {
    JsonNode document =
        Visitor.bearer(root, GuardedProfile.ADMIN).get("/q/openapi?format=json").json();
    List<Way> ways = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          ways.add(
              new Way(
                  method.getKey().toUpperCase(Locale.ROOT),
                  path.getKey().replaceAll("\\{[^}]+}", "x")));
        }
      }
    }
    return ways;
  }

  private static List<Way> ofResources() {
    List<Way> ways = new ArrayList<>();
    for (JavaClass resource : new ClassFileImporter().importPackages("io.slipway.api")) {
      if (resource.isAnnotatedWith(Path.class)) {
        String root = resource.getAnnotationOfType(Path.class).value();
        for (JavaMethod method : resource.getMethods()) {
          String path =
              method.tryGetAnnotationOfType(Path.class).map(p -> root + p.value()).orElse(root);
          method.getAnnotations().stream()
              .map(each -> each.getRawType().tryGetAnnotationOfType(jakarta.ws.rs.HttpMethod.class))
              .flatMap(Optional::stream)
              .map(http -> new Way(http.value(), path.replaceAll("\\{[^}]+}", "x")))
              .filter(way -> !way.method().equals("HEAD"))
              .forEach(ways::add);
        }
      }
    }
    return ways;
  }

  /// Pages for people, and what is described elsewhere: gRPC and the API of MLflow.
  private static boolean undescribed(String way) {
    String path = way.split(" ")[1];
    return Stream.of("/console", "/docs", "/sign-in", "/session", "/q/openapi", "/q/swagger-ui")
            .anyMatch(path::startsWith)
        || Stream.of("/health", "/version", "/api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/")
            .anyMatch(path::startsWith)
        || path.startsWith("/inference.")
        || path.startsWith("/grpc.");
  }

  @Test
  void everyCallIsInTheDocumentWithAnIdOfItsOwn() {
    Set<String> described = new TreeSet<>();
    ofOpenApi().forEach(way -> described.add(shape(way.toString())));
    assertThat(ways().stream().filter(way -> !undescribed(way)).map(EveryRouteTest::shape))
        .isSubsetOf(described);
    List<String> ids = new ArrayList<>();
    JsonNode document =
        Visitor.bearer(root, GuardedProfile.ADMIN).get("/q/openapi?format=json").json();
    for (JsonNode path : document.path("paths")) {
      path.forEach(call -> ids.add(call.path("operationId").asText()));
    }
    assertThat(ids).doesNotHaveDuplicates().doesNotContain("");
    assertThat(document.path("openapi").asText()).startsWith("3.1.");
    assertThat(document.at("/components/securitySchemes").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("bearer", "basic", "apiKey");
  }

  /// A way with the samples of its path replaced.
  private static String shape(String way) {
    return way.replaceAll("/v1/models/m", "/v1/models/x")
        .replaceAll("/versions/[1x]", "/versions/x")
        .replaceAll("/labels/[lx]", "/labels/x");
  }

  private static List<Way> ofGrpc() {
    List<Way> ways = new ArrayList<>();
    for (ServiceDescriptor service :
        List.of(
            GRPCInferenceServiceGrpc.getServiceDescriptor(),
            grpc.health.v1.HealthGrpc.getServiceDescriptor(),
            io.grpc.reflection.v1.ServerReflectionGrpc.getServiceDescriptor())) {
      service
          .getMethods()
          .forEach(method -> ways.add(new Way("POST", "/" + method.getFullMethodName())));
    }
    return ways;
  }

  @Test
  void everyRouteButHealthAndTheWayInAsksWhoCalls() {
    Visitor nobody = Visitor.of(root);
    Set<String> ways = ways();
    assertThat(ways)
        .as("doors that must be among them")
        .contains(
            "POST /models/x/predict",
            "PUT /api/v1/models/x/stages/x",
            "POST /v2/models/x/infer",
            "POST /inference.GRPCInferenceService/ModelInfer",
            "POST /v1/models/m:predict",
            "POST /invocations",
            "POST /api/v1/keys",
            "GET /metrics");
    List<String> let = new ArrayList<>();
    for (String way : ways) {
      Answer answer = nobody.send(way.split(" ")[0], way.split(" ")[1], "");
      if (answer.status() != 401) {
        let.add(way);
      }
    }
    assertThat(let).allMatch(OPEN::contains, "answered to nobody, and not meant to be");
    assertThat(ways).containsAll(OPEN);
  }

  @Test
  void everyRouteIsInTheTable() {
    RouteTable table = Routes.table(false);
    for (String way : ways()) {
      if (way.endsWith("GRPCInferenceService/x")) {
        // One route for every method; the methods are in the table by name.
        continue;
      }
      RouteTable.Match match = table.find(way.split(" ")[1]);
      assertThat(match).as(way).isNotNull();
      assertThat(match.need(way.split(" ")[0])).as(way).isNotNull();
    }
  }

  @Test
  void headIsAnsweredWhereGetIsAndOptionsNamesTheMethods() {
    Visitor admin = Visitor.bearer(root, GuardedProfile.ADMIN);
    List<String> other = new ArrayList<>();
    for (String way : ways()) {
      String method = way.split(" ")[0];
      String path = way.split(" ")[1];
      if (method.equals("GET") && !path.equals("/api/v1/events")) {
        int get = admin.get(path).status();
        Answer head = admin.send("HEAD", path, "");
        if (head.status() != get || !head.http().body().isEmpty()) {
          other.add(path + ": GET " + get + ", HEAD " + head.status());
        }
      }
      if (!path.endsWith("GRPCInferenceService/x")) {
        Answer options = admin.send("OPTIONS", path, "");
        if (options.status() != 204
            || !List.of(options.header("Allow").split(", ")).contains(method)) {
          other.add(path + ": OPTIONS " + options.status() + " " + options.header("Allow"));
        }
      }
    }
    assertThat(other).isEmpty();
    Answer events = admin.send("HEAD", "/api/v1/events", "");
    assertThat(events.header("Content-Type")).startsWith("text/event-stream");
  }

  @Test
  void aMethodThatNobodyKnowsIsNotImplemented() {
    for (String path : List.of("/ping", "/models", "/api/v1/models", "/v2", "/nothing")) {
      assertThat(Visitor.of(root).send("FROB", path, "").status()).as(path).isEqualTo(501);
    }
    for (String path : List.of("/models", "/api/v1/models", "/v2")) {
      Answer known = Visitor.bearer(root, GuardedProfile.ADMIN).send("QUERY", path, "");
      assertThat(known.status()).as(path).isEqualTo(405);
      assertThat(known.header("Allow")).as(path).contains("GET");
    }
  }

  @Test
  void whatIsNotInTheTableIsNotLetThrough() {
    for (String path : List.of("/nothing", "/api/v2/models", "/q/dev", "/q/arc", "/models/x/y")) {
      assertThat(Visitor.of(root).get(path).status()).as(path).isEqualTo(401);
      assertThat(Visitor.bearer(root, GuardedProfile.ADMIN).get(path).status())
          .as(path)
          .isEqualTo(404);
    }
    Answer wrong = Visitor.bearer(root, GuardedProfile.ADMIN).send("PUT", "/api/v1/keys", "{}");
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
  }
}
