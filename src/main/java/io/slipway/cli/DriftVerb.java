package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "drift",
    description = "Compare the live objects of a model with its baseline.",
    footer = {"", "Example: slipway drift customer-churn"})
final class DriftVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Option(
      names = "--version-number",
      paramLabel = "VERSION",
      description = "the version; by default the one in production")
  private @Nullable Integer version;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "the begin of the range, such as 2026-12-01T06:00:00Z")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "its end; by default that of the last closed window")
  private @Nullable String to;

  @Override
  public Integer call() {
    List<String> query = new ArrayList<>();
    add(query, "version", version);
    add(query, "from", from);
    add(query, "to", to);
    String path = RegistryClient.model(model, "monitoring", "drift");
    JsonNode answer =
        remote.client().get(query.isEmpty() ? path : path + "?" + String.join("&", query));
    remote.print(answer, out -> show(out, answer));
    return 0;
  }

  private static void add(List<String> query, String name, @Nullable Object value) {
    if (value != null) {
      query.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
  }

  private static void show(PrintWriter out, JsonNode report) {
    out.println(Shown.line(sentence(report)));
    if (report.path("fields").isEmpty() && report.path("outputs").isEmpty()) {
      return;
    }
    out.println();
    Table table = new Table("PROPERTY", "STATE", "SHIFT", "INTERVAL", "MISSING", "UNSEEN");
    report.path("outputs").forEach(one -> row(table, "output " + one.path("name").asText(), one));
    report.path("fields").forEach(one -> row(table, one.path("name").asText(), one));
    table.print(out);
    if (report.path("detectable").isNumber()) {
      out.println();
      out.printf(
          "A shift of %s would have been found in every property.%n",
          number(report.path("detectable")));
    }
    report
        .path("lost")
        .forEach(
            lost ->
                out.printf(
                    "A replica was lost: what it counted after %s is missing.%n",
                    Shown.time(lost.path("after"))));
  }

  private static String sentence(JsonNode report) {
    String what =
        "%s %d, %s to %s%s: %d objects, "
            .formatted(
                report.path("model").asText(),
                report.path("version").asInt(),
                Shown.time(report.path("from")),
                Shown.time(report.path("to")),
                report.path("open").asBoolean() ? " (not over yet)" : "",
                report.path("rows").asLong());
    if (report.path("baseline").isNull()) {
      return what + report.path("reason").asText();
    }
    return what
        + switch (report.path("state").asText()) {
          case "drift" -> "drift";
          case "warning" -> "a warning";
          case "none" -> "no drift";
          default -> "not enough data";
        }
        + ", against "
        + report.path("baseline").path("rows").asLong()
        + " rows of the reference";
  }

  private static void row(Table table, String name, JsonNode property) {
    String upper = property.path("upper").isNumber() ? number(property.path("upper")) : "∞";
    table.row(
        name,
        property.path("state").asText() + (property.path("slow").asBoolean() ? " (slow)" : ""),
        number(property.path("psi")),
        number(property.path("lower")) + " – " + upper,
        share(property.path("missing")),
        share(property.path("unseen")));
  }

  private static String number(JsonNode value) {
    return String.format(Locale.ROOT, "%.3f", value.asDouble());
  }

  private static String share(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f %%", 100 * value.asDouble()) : "-";
  }
}
