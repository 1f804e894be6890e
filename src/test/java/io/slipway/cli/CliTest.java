package io.slipway.cli;

import static io.restassured.RestAssured.given;
import static io.slipway.cli.Terminal.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.bundle.Digest;
import io.slipway.cli.Terminal.Done;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The verbs as a person types them, against a running server.
@QuarkusTest
class CliTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SAMPLES = Path.of("models-sample");

  @TestHTTPResource URI url;

  @ConfigProperty(name = "slipway.data")
  Path data;

  private Done remote(String... args) {
    return Terminal.at(url, args);
  }

  private static String sample(String name) {
    return SAMPLES.resolve(name).toString();
  }

  @Test
  void aModelGoesFromAFolderToProductionAndBack(@TempDir Path temp) throws IOException {
    Done pushed =
        remote("push", sample("customer/v1"), "--model", "cli", "--promote", "production");
    assertThat(pushed.exit()).as(pushed.err()).isZero();
    assertThat(pushed.out()).contains("cli version 1", "production now serves version 1");
    assertThat(remote("push", sample("customer/v1"), "--model", "cli").out())
        .as("the same content is the same version")
        .contains("cli version 1");
    assertThat(remote("push", sample("customer/v2"), "--model", "cli").exit()).isZero();

    Done promoted = remote("promote", "cli", "2", "--reason", "better", "--json");
    assertThat(promoted.json().get("previous").asInt()).isEqualTo(1);
    assertThat(remote("list", "cli").out().lines()).hasSize(3);
    assertThat(remote("list", "--query", "cli").out()).contains("production=2");
    assertThat(remote("show", "cli").out()).contains("revision");
    assertThat(remote("show", "cli", "2").out()).contains("golden examples", "production");
    assertThat(remote("status").out()).contains("cli");
    assertThat(remote("history", "cli").out()).contains("stage.promoted production", "better");
    assertThat(remote("lineage", "cli", "2").json().get("lineage").has("code")).isTrue();
    assertThat(remote("diff", "cli", "1", "2").out()).contains("/files/model.onnx");
    assertThat(remote("diff", "cli", "1", "1").out()).contains("differ only in their number");

    Path zip = temp.resolve("back.zip");
    assertThat(remote("pull", "cli", "2", "--output", zip.toString()).exit()).isZero();
    assertThat(run("check", zip.toString(), "--json").json().get("digest").asText())
        .isEqualTo(remote("show", "cli", "2", "--json").json().get("digest").asText());

    Path customer =
        Files.writeString(
            temp.resolve("customer.json"),
            "{\"customer_id\":\"C1\",\"customer_since\":\"2019-10-18\",\"contract\":\"Month-to-month\","
                + "\"monthly_charges\":70.35,\"total_charges\":160.85}");
    assertThat(remote("predict", "cli", customer.toString()).json().get("version").asInt())
        .isEqualTo(2);
    assertThat(
            remote("predict", "cli", customer.toString(), "--version-number", "1")
                .json()
                .get("version")
                .asInt())
        .isEqualTo(1);

    Done back = remote("rollback", "cli", "--reason", "drill");
    assertThat(back.out()).contains("production now serves version 1, was 2");
    assertThat(remote("promote", "cli", "1").out()).contains("already");
  }

  /// A sample with `megabytes` beside its model that can't be compressed.
  private static Path large(Path folder, int megabytes) throws IOException {
    Path bundle = Files.createDirectory(folder.resolve("large"));
    Path from = Path.of(sample("customer/v1"));
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path to = bundle.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    byte[] random = new byte[megabytes << 20];
    new Random(megabytes).nextBytes(random);
    Files.write(bundle.resolve("embeddings.bin"), random);
    return bundle;
  }

  @Test
  void aLargePushGoesOnWhereTheLineBroke(@TempDir Path temp) throws IOException {
    Path bundle = large(temp, 10);
    try (CuttingProxy line = new CuttingProxy(url, 3, 3 << 20)) {
      Done pushed =
          run("push", bundle.toString(), "--model", "cli-large", "--url", line.url().toString());
      assertThat(pushed.exit()).as(pushed.err()).isZero();
      assertThat(line.left()).as("connections that were to be cut").isZero();
      assertThat(line.carried())
          .as("what has come is not sent again")
          .isLessThan((10 << 20) + (3 << 20));
    }
    assertThat(digest("cli-large", 1))
        .isEqualTo(run("check", bundle.toString(), "--json").json().get("digest").asText());
  }

  @Test
  void aPushThatEndedHalfwayIsFinishedByTheNextOne(@TempDir Path temp) throws IOException {
    Path bundle = large(temp, 9);
    Path zip = temp.resolve("large.zip");
    try (LocalBundle local = LocalBundle.at(bundle)) {
      Files.copy(local.archive(), zip);
    }
    RegistryClient client = new RegistryClient(Profile.of(url.toString(), null, Map.of()));
    ObjectNode wish = JSON.createObjectNode().put("size", Files.size(zip));
    wish.put("type", "application/zip").put("digest", Digest.of(zip).toString());
    String uploads = RegistryClient.model("cli-halfway", "uploads");
    String id = client.send("POST", uploads, wish, Map.of()).path("id").asText();
    byte[] half = Arrays.copyOf(Files.readAllBytes(zip), 5 << 20);
    client.send(
        "PATCH",
        uploads + "/" + id,
        "application/octet-stream",
        BodyPublishers.ofByteArray(half),
        Map.of("Upload-Offset", "0"));

    try (CuttingProxy line = new CuttingProxy(url, 0, 0)) {
      Done pushed =
          run("push", zip.toString(), "--model", "cli-halfway", "--url", line.url().toString());
      assertThat(pushed.exit()).as(pushed.err()).isZero();
      assertThat(line.carried()).isLessThan(5 << 20);
    }
    assertThat(client.get(uploads).path("uploads")).isEmpty();
  }

  @Test
  void whereABalancerScattersThePartsALargePushGoesInOnePiece(@TempDir Path temp)
      throws IOException {
    Path bundle = large(temp, 9);
    try (OtherReplica line = new OtherReplica(url, "PATCH")) {
      Done pushed = run("push", bundle.toString(), "--model", "cli-scattered", "--url", line.url());
      assertThat(pushed.exit()).as(pushed.err()).isZero();
      assertThat(line.misled()).as("parts that came to the other replica").isEqualTo(1);
    }
    assertThat(digest("cli-scattered", 1))
        .isEqualTo(run("check", bundle.toString(), "--json").json().get("digest").asText());
  }

  @Test
  void whatNoVersionNeedsIsShownAndKeptForItsTime(@TempDir Path temp) throws IOException {
    remote("push", large(temp, 1).toString(), "--model", "cli-garbage");
    RegistryClient client = new RegistryClient(Profile.of(url.toString(), null, Map.of()));
    String version = RegistryClient.model("cli-garbage", "versions", 1);
    String archive = client.get(version).path("archive_digest").asText();
    assertThat(remote("gc", "--dry-run").out()).doesNotContain(archive);
    client.delete(version);
    assertThat(remote("gc", "--dry-run").out()).containsPattern("still kept +" + archive);
    assertThat(remote("gc").out()).contains("0 archives");
    assertThat(remote("gc", "--dry-run").out()).contains(archive);
  }

  @Test
  void whatIsRefusedEndsWithOneAndSaysEachThingThatIsWrong(@TempDir Path temp) throws IOException {
    Done skewed = run("check", sample("customer/skewed"));
    assertThat(skewed.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(skewed.err()).contains("faults", "examples.jsonl");
    assertThat(run("check", sample("customer/skewed"), "--json").json().get("errors").size())
        .isGreaterThan(1);
    Done pushed = remote("push", sample("customer/skewed"), "--dry-run");
    assertThat(pushed.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(pushed.err()).contains("(422)");
    Done unknown = remote("rollback", "nobody");
    assertThat(unknown.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(unknown.err()).contains("no model nobody").doesNotContain("Exception");
    Path bad = Files.writeString(temp.resolve("broken.zip"), "no archive");
    assertThat(run("check", bad.toString()).exit()).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aBareModelThatTheRegistryRefusesHasItsOwnNameInEverySentence(@TempDir Path temp)
      throws IOException {
    Path onnx = Path.of("src/test/resources/onnx");
    Path model = Files.copy(onnx.resolve("custom-domain.onnx"), temp.resolve("net.onnx"));
    for (List<String> more : List.of(List.<String>of(), List.of("--dry-run"))) {
      List<String> push = new ArrayList<>(List.of("push", model.toString(), "--model", "cli-bare"));
      push.addAll(more);
      Done pushed = remote(push.toArray(String[]::new));
      assertThat(pushed.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(pushed.err()).contains("(422)", model.toString()).doesNotContain("model.onnx");
    }
  }

  @Test
  void aModelMovesToAnotherRegistryWithItsVersionsPointersAndTheTraceOfItsHistory(
      @TempDir Path temp) throws IOException {
    remote("push", sample("customer/v1"), "--model", "cli-there", "--promote", "production");
    remote("push", sample("customer/v2"), "--model", "cli-there", "--promote", "production");
    Path folder = temp.resolve("export");
    Done exported = remote("export", "cli-there", "--output", folder.toString());
    assertThat(exported.exit()).as(exported.err()).isZero();
    assertThat(exported.out()).contains("2 versions", "4 entries");
    assertThat(remote("export", "cli-there", "--output", folder.toString()).exit())
        .isEqualTo(ExitCode.MISUSED);
    assertThat(run("verify", folder.toString()).out()).contains("good: 2 versions");

    Done imported = remote("import", folder.toString(), "--model", "cli-here");
    assertThat(imported.exit()).as(imported.err()).isZero();
    for (int number : new int[] {1, 2}) {
      assertThat(digest("cli-here", number)).isEqualTo(digest("cli-there", number));
    }
    assertThat(remote("history", "cli-here").out())
        .contains("imported from http", Digest.of(folder.resolve("history.json")).toString());
    assertThat(remote("rollback", "cli-here").out())
        .as("what was before there is before here")
        .contains("production now serves version 1, was 2");
    assertThat(remote("import", folder.toString(), "--model", "cli-here").out())
        .contains("already existed: stages and aliases were not changed");
    assertThat(remote("show", "cli-here").out()).contains("production=1");
    Done again = remote("import", folder.toString(), "--model", "cli-here", "--pointers");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(remote("show", "cli-here").out()).contains("production=2");
    String history = remote("history", "cli-here").out();
    remote("import", folder.toString(), "--model", "cli-here", "--pointers");
    assertThat(remote("history", "cli-here").out())
        .as("the same import again changes nothing")
        .isEqualTo(history);

    byte[] archive = Files.readAllBytes(folder.resolve("versions/2.zip"));
    archive[archive.length / 2] ^= 1;
    Files.write(folder.resolve("versions/2.zip"), archive);
    assertThat(run("verify", folder.toString()).exit()).isEqualTo(ExitCode.REFUSED);
    Done damaged = remote("import", folder.toString(), "--model", "cli-damaged");
    assertThat(damaged.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(damaged.err()).contains("version 2 was changed after the export");
    assertThat(remote("show", "cli-damaged").exit())
        .as("nothing is sent before all is verified")
        .isEqualTo(ExitCode.REFUSED);
    assertThat(run("import", temp.toString()).exit()).isEqualTo(ExitCode.MISUSED);
  }

  @Test
  void everyKindOfVersionIsPushedShownAndMovesToAnotherRegistry(@TempDir Path temp) {
    remote("push", sample("customer/v1"), "--model", "cli-kinds");
    String[] files = {"push", "--kind", "files", sample("customer/v2"), "--model", "cli-kinds"};
    assertThat(remote("push", "--kind", "files", sample("customer/v2"), "--dry-run").err())
        .contains("needs --model");
    assertThat(remote(files).out()).contains("version 2", "files, not served");
    assertThat(remote("push", "--external", "s3://churn/7", "--model", "cli-kinds").out())
        .contains("version 3", "external, not served");
    assertThat(remote("list", "cli-kinds").out()).contains("KIND", "bundle", "files", "external");
    assertThat(remote("show", "cli-kinds", "3").out()).contains("s3://churn/7");
    assertThat(remote("promote", "cli-kinds", "2").err()).contains("of kind files");
    assertThat(remote("push", "--kind", "folder", "x", "--model", "cli-kinds").exit())
        .isEqualTo(ExitCode.MISUSED);
    given()
        .contentType("application/json")
        .body("{\"display_name\":\"Kinds, by name\"}")
        .patch("/api/v1/models/cli-kinds")
        .then()
        .statusCode(200);

    Path folder = temp.resolve("export");
    assertThat(remote("export", "cli-kinds", "--output", folder.toString()).exit()).isZero();
    assertThat(run("verify", folder.toString()).out()).contains("good: 3 versions");
    Done imported = remote("import", folder.toString(), "--model", "cli-kinds-here");
    assertThat(imported.exit()).as(imported.err()).isZero();
    assertThat(imported.err()).contains("another model is called \"Kinds, by name\"");
    for (int number : new int[] {1, 2, 3}) {
      assertThat(digest("cli-kinds-here", number)).isEqualTo(digest("cli-kinds", number));
    }
    assertThat(remote("show", "cli-kinds").out()).contains("Kinds, by name");
  }

  private String digest(String model, int version) {
    return remote("show", model, Integer.toString(version), "--json").json().get("digest").asText();
  }

  @Test
  void aBundleIsComparedWithItsDigestHereAndInTheStore(@TempDir Path temp) throws IOException {
    remote("push", sample("customer/v1"), "--model", "cli-verified");
    String digest = digest("cli-verified", 1);
    Path zip = temp.resolve("pulled.zip");
    remote("pull", "cli-verified", "1", "--output", zip.toString());
    assertThat(run("verify", zip.toString(), "--digest", digest).out()).contains("good: " + digest);
    assertThat(run("verify", sample("customer/v1")).out()).isEqualToIgnoringNewLines(digest);
    Done other = run("verify", sample("customer/v2"), "--digest", digest);
    assertThat(other.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(other.err()).contains("not " + digest);

    Done store = remote("verify-store", "cli-verified");
    assertThat(store.exit()).as(store.err()).isZero();
    assertThat(store.out()).contains("ok  ", digest, "1 versions, 0 bad");
    JsonNode version = remote("show", "cli-verified", "1", "--json").json();
    String blob = version.get("archive_digest").asText().replace("sha256:", "");
    Path stored = data.resolve("store/blobs").resolve(blob.substring(0, 2)).resolve(blob);
    byte[] bytes = Files.readAllBytes(stored);
    bytes[bytes.length / 2] ^= 1;
    Files.write(stored, bytes);
    try {
      Done bad = remote("verify-store", "cli-verified");
      assertThat(bad.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(bad.out()).contains("BAD", "1 versions, 1 bad");
    } finally {
      bytes[bytes.length / 2] ^= 1;
      Files.write(stored, bytes);
    }
  }

  @Test
  void aStaleRevisionIsRefused() {
    remote("push", sample("customer/v1"), "--model", "cli-stale", "--promote", "staging");
    Done stale = remote("promote", "cli-stale", "1", "--revision", "41");
    assertThat(stale.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(stale.err()).contains("(412)");
  }

  @Test
  void wrongUsageEndsWithTwo(@TempDir Path temp) {
    assertThat(run("promote").exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("frobnicate").exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("check", temp.resolve("absent").toString()).exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("list", "--url", "registry:8080").exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("list", "--profile", "no-such-profile").exit()).isEqualTo(ExitCode.MISUSED);
  }

  @Test
  void aRegistryThatDoesNotAnswerEndsWithThree() {
    Done silent = run("list", "--url", "http://127.0.0.1:1");
    assertThat(silent.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(silent.err()).contains("no answer from http://127.0.0.1:1");
    Done doctor = run("doctor", "--url", "http://127.0.0.1:1");
    assertThat(doctor.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(doctor.out()).contains("BAD");
  }

  @Test
  void everyVerbHasHelpWithAnExampleAndItsLineOnThePage() throws IOException {
    String page = Files.readString(Path.of("docs/reference/cli.md"));
    String launcher = Files.readString(Path.of("slipway"));
    Cli.line()
        .getSubcommands()
        .keySet()
        .forEach(
            verb -> {
              Done help = run(verb, "--help");
              assertThat(help.exit()).as(verb).isZero();
              assertThat(help.out()).as(verb).contains("Example: ", "Exit status:");
              assertThat(page)
                  .as(verb)
                  .contains(
                      "| `"
                          + verb
                          + (verb.equals("doctor") || verb.equals("completion") ? "`" : " "));
              assertThat(launcher).as(verb).containsPattern("\\b" + verb + "( \\||\\) run_verb)");
            });
    assertThat(run("completion").out()).contains("complete -F");
  }

  @Test
  void aBareModelBecomesABundleThatIsGood(@TempDir Path temp) {
    Path folder = temp.resolve("bare");
    Done begun = run("init", sample("customer/v1/model.onnx"), "--output", folder.toString());
    assertThat(begun.exit()).as(begun.err()).isZero();
    assertThat(begun.out()).contains("bundle.json", "input", "output");
    assertThat(run("check", folder.toString()).exit()).isZero();
    assertThat(run("init", sample("customer/v1/model.onnx"), "--output", folder.toString()).exit())
        .isEqualTo(ExitCode.MISUSED);
  }

  @Test
  void aModelWithItsWeightsBesideItIsPushedWhole(@TempDir Path temp) throws IOException {
    Path onnx = Path.of("src/test/resources/onnx");
    Path model = Files.copy(onnx.resolve("external-inside.onnx"), temp.resolve("net.onnx"));
    Files.copy(onnx.resolve("weights.data"), temp.resolve("weights.data"));
    Done pushed = remote("push", model.toString(), "--model", "cli-weights");
    assertThat(pushed.exit()).as(pushed.err()).isZero();
    assertThat(pushed.out()).contains("with its weights in weights.data");
    assertThat(remote("show", "cli-weights", "1", "--json").out()).contains("weights.data");
  }
}
