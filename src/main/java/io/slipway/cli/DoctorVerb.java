package io.slipway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    description = "Diagnose the connection from this machine to the registry.",
    footer = {"", "Example: slipway doctor --url http://registry:8080"})
final class DoctorVerb implements Callable<Integer> {
  private static final int JAVA = 25;

  @Mixin private final Remote remote = new Remote();

  private final ArrayNode findings = JsonNodeFactory.instance.arrayNode();
  private boolean well = true;

  @Override
  public Integer call() {
    RegistryClient client = remote.client();
    finding(
        "java",
        Runtime.version().feature() >= JAVA,
        "Java " + Runtime.version() + " on " + System.getProperty("os.name"));
    look(client, "lives", "/q/health/live");
    look(client, "started", "/q/health/started");
    look(client, "ready", "/q/health/ready");
    look(client, "every promoted version is loaded", "/q/health/group/promoted");
    look(client, "registry and its database", "/api/v1/models?limit=1");
    look(client, "metrics", "/metrics");
    remote.print(
        findings,
        out ->
            findings.forEach(
                each ->
                    out.printf(
                        "%-4s %-28s %s%n",
                        each.path("ok").asBoolean() ? "ok" : "BAD",
                        each.path("what").asText(),
                        each.path("detail").asText())));
    return well ? 0 : ExitCode.REFUSED;
  }

  private void look(RegistryClient client, String what, String path) {
    try {
      HttpResponse<byte[]> answer = client.look(path);
      boolean ok = answer.statusCode() == 200;
      String body = new String(answer.body(), StandardCharsets.UTF_8).replaceAll("\\s+", " ");
      finding(
          what,
          ok,
          "GET " + path + ": status " + answer.statusCode() + (ok ? "" : ": " + shortened(body)));
    } catch (Failure.Unreachable e) {
      finding(what, false, String.valueOf(e.getMessage()));
    }
  }

  private static String shortened(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }

  private void finding(String what, boolean ok, String detail) {
    well &= ok;
    findings.addObject().put("what", what).put("ok", ok).put("detail", detail);
  }
}
