package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The backup of `docs/how-to/back-up-and-restore.md`, taken cold and restored elsewhere: stages,
/// history and predictions are what they were, and of archives that are missing or damaged
/// `verify-store` names each and no other.
class RestoreIT {
  private static final String MODEL = "/api/v1/models/customer-churn";

  @TempDir Path temp;

  private record Before(JsonNode model, JsonNode history, JsonNode prediction) {}

  private static Before state(Server server) throws Exception {
    JsonNode prediction =
        server.post(
            "/models/customer-churn/predict",
            "application/json",
            "{\"customer_id\":\"X\",\"monthly_charges\":70.5}".getBytes(StandardCharsets.UTF_8));
    return new Before(server.get(MODEL), server.get(MODEL + "/history"), prediction.path("output"));
  }

  @Test
  void aRestoreIsWhatWasThereAndNamesWhatIsMissing() throws Exception {
    Path data = temp.resolve("data");
    List<String> archives = new ArrayList<>();
    Before before;
    try (Server server = Server.start(data)) {
      for (int i = 1; i <= 4; i++) {
        byte[] zip = Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, "version " + i);
        server.post(MODEL + "/versions", "application/zip", zip);
        archives.add(
            server.get(MODEL + "/versions/" + i).path("archive_digest").asText().substring(7));
      }
      server.put(MODEL + "/stages/production", "{\"version\":1,\"reason\":\"first\"}");
      server.put(MODEL + "/stages/production", "{\"version\":2,\"reason\":\"second\"}");
      before = state(server);
    }

    Path backup = temp.resolve("backup.tar");
    Path restored = Files.createDirectory(temp.resolve("restored"));
    run(
        "tar",
        "-C",
        data.toString(),
        "--exclude",
        "./serving",
        "--exclude",
        "./lock",
        "-cf",
        backup.toString(),
        ".");
    run("tar", "-C", restored.toString(), "-xf", backup.toString());
    // What no stage needs, so that the start does not meet it first.
    Files.delete(blob(restored, archives.get(2)));
    byte[] rotten = Files.readAllBytes(blob(restored, archives.get(3)));
    rotten[rotten.length / 2] ^= 1;
    Files.write(blob(restored, archives.get(3)), rotten);

    try (Server server = Server.start(restored)) {
      assertThat(state(server)).isEqualTo(before);
      JsonNode verdicts = verifyStore(server);
      assertThat(
              verdicts.valueStream().filter(v -> v.path("ok").asBoolean()).map(RestoreIT::number))
          .containsExactlyInAnyOrder(1, 2);
      assertThat(
              verdicts.valueStream().filter(v -> !v.path("ok").asBoolean()).map(RestoreIT::number))
          .containsExactlyInAnyOrder(3, 4);
    }
  }

  private static int number(JsonNode verdict) {
    return verdict.path("version").asInt();
  }

  private static Path blob(Path data, String hex) {
    return data.resolve("store/blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  /// As an operator types it.
  private JsonNode verifyStore(Server server) throws IOException, InterruptedException {
    Path out = temp.resolve("verify.json");
    Process process =
        new ProcessBuilder(
                Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("slipway.jar", "target/quarkus-app/quarkus-run.jar"),
                        "verify-store",
                        "--json",
                        "--url",
                        server.uri("").toString())
                    .toList())
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).as("exit of verify-store where something is bad").isEqualTo(1);
    return Server.JSON.readTree(Files.readAllBytes(out));
  }
}
