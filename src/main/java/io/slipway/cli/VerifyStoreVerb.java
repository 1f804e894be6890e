package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify-store",
    description =
        "Download every bundle of a registry, or of one model, and compare archive and content with"
            + " what was registered. Reads the whole store, through the API.",
    footer = {"", "Example: slipway verify-store customer-churn"})
final class VerifyStoreVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "all models by default")
  private @Nullable String model;

  private final ArrayNode results = JsonNodeFactory.instance.arrayNode();

  @Override
  public Integer call() {
    RegistryClient client = remote.client();
    if (model != null) {
      verify(client, model);
    } else {
      client
          .all("/api/v1/models", "models")
          .forEach(each -> verify(client, each.path("name").asText()));
    }
    long bad = results.valueStream().filter(each -> !each.path("ok").asBoolean()).count();
    remote.print(
        results,
        out -> {
          Table table = new Table("", "MODEL", "VERSION", "DETAIL");
          results.forEach(
              each ->
                  table.row(
                      each.path("ok").asBoolean() ? "ok" : "BAD",
                      each.path("model").asText(),
                      each.path("version").asInt(),
                      each.path("detail").asText()));
          table.print(out);
          out.printf("%d versions, %d bad%n", results.size(), bad);
        });
    return bad == 0 ? 0 : ExitCode.REFUSED;
  }

  private void verify(RegistryClient client, String name) {
    for (JsonNode each : client.all(RegistryClient.model(name, "versions"), "versions")) {
      int number = each.path("version").asInt();
      String fault = fault(client, client.get(RegistryClient.model(name, "versions", number)));
      results
          .addObject()
          .put("model", name)
          .put("version", number)
          .put("ok", fault == null)
          .put("detail", fault == null ? each.path("digest").asText() : fault);
    }
  }

  /// What is wrong with the stored bundle of `version`; null if nothing.
  private static @Nullable String fault(RegistryClient client, JsonNode version) {
    try {
      Path zip = Files.createTempFile("slipway-verify", ".zip");
      try {
        client.download(
            RegistryClient.model(
                version.path("model").asText(),
                "versions",
                version.path("version").asInt(),
                "bundle"),
            zip);
        String archive = Digest.of(zip).toString();
        if (!archive.equals(version.path("archive_digest").asText())) {
          return "the archive has " + archive;
        }
        VerifyVerb.verify(zip, version.path("digest").asText());
        return null;
      } catch (Failure.Refused e) {
        return String.valueOf(e.getMessage());
      } finally {
        Files.deleteIfExists(zip);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
