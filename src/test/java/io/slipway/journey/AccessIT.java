package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service never listens where others reach it while it asks nobody who they are.
class AccessIT {
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @TempDir Path temp;

  private String refusal(Map<String, String> settings) throws Exception {
    try (Server server = Server.launch(temp.resolve("data"), settings)) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> server.ended());
      assertThat(server.log()).doesNotContain("Listening on", "at io.", "Exception");
      return server.log();
    }
  }

  @Test
  void itRefusesToStartOpenWhereOthersReachIt() throws Exception {
    assertThat(refusal(Map.of("QUARKUS_HTTP_HOST", "0.0.0.0")))
        .contains(
            "does not start on 0.0.0.0", "SLIPWAY_ADMIN_KEY", "SLIPWAY_ACCESS_OPEN_TO_ANYONE");
    assertThat(refusal(Map.of("SLIPWAY_ADMIN_KEY", "short"))).contains("at least 32");
  }

  @Test
  void itStartsThereWithAKeyOrWhenToldInSoManyWords() throws Exception {
    try (Server server =
        Server.launch(
            temp.resolve("data"),
            Map.of("QUARKUS_HTTP_HOST", "0.0.0.0", "SLIPWAY_ADMIN_KEY", KEY))) {
      server.awaitReady();
      assertThat(server.status("/models")).isEqualTo(401);
      assertThat(server.log()).contains("Access: by key").doesNotContain(KEY);
    }
    try (Server server =
        Server.launch(
            temp.resolve("data"),
            Map.of("QUARKUS_HTTP_HOST", "0.0.0.0", "SLIPWAY_ACCESS_OPEN_TO_ANYONE", "true"))) {
      server.awaitReady();
      assertThat(server.status("/models")).isEqualTo(200);
      assertThat(server.log()).contains("OPEN TO ANYONE");
    }
  }
}
