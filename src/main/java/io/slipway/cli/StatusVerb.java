package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = "Show what is served now, whether the replica is ready, and what is not loaded.",
    footer = {"", "Example: slipway status --watch"})
final class StatusVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration EVERY = Duration.ofSeconds(1);

  @Mixin private final Remote remote = new Remote();

  @Option(
      names = {"-w", "--watch"},
      description = "print it again at every change, until Ctrl-C")
  private boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    RegistryClient client = remote.client();
    JsonNode status = status(client);
    show(status);
    while (watch) {
      Thread.sleep(EVERY);
      JsonNode now = status(client);
      if (!now.equals(status)) {
        remote.out().println();
        show(now);
        status = now;
      }
    }
    return status.path("ready").asBoolean() ? 0 : ExitCode.REFUSED;
  }

  private JsonNode status(RegistryClient client) {
    HttpResponse<byte[]> ready = client.look("/q/health/ready");
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("url", client.url().toString());
    status.put("ready", ready.statusCode() == 200);
    ArrayNode checks = checks(ready.body());
    checks.addAll(checks(client.look("/q/health/group/promoted").body()));
    status.set("checks", checks);
    status.set("models", client.get("/models").path("models"));
    return status;
  }

  /// The checks in an answer; none where it is not about health.
  private static ArrayNode checks(byte[] body) {
    ArrayNode checks = JsonNodeFactory.instance.arrayNode();
    try {
      JSON.readTree(body).path("checks").forEach(checks::add);
    } catch (IOException e) {
      // An older server, or something before it.
    }
    return checks;
  }

  private void show(JsonNode status) {
    remote.print(status, out -> show(out, status));
  }

  private static void show(PrintWriter out, JsonNode status) {
    out.printf(
        "%s  %s%n",
        status.path("url").asText(), status.path("ready").asBoolean() ? "ready" : "NOT READY");
    for (JsonNode check : status.path("checks")) {
      if (!check.path("status").asText().equals("UP")) {
        out.printf("  %s: %s%n", check.path("name").asText(), check.path("data").toString());
      }
    }
    Table table = new Table("MODEL", "STAGES", "ALIASES");
    for (JsonNode model : status.path("models")) {
      table.row(
          model.path("model").asText(),
          Shown.pairs(model.path("stages")),
          Shown.pairs(model.path("aliases")));
    }
    table.print(out);
  }
}
