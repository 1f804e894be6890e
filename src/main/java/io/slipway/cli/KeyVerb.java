package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "key",
    description = "Create, list and revoke access keys. Requires the role admin.",
    subcommands = {KeyVerb.Create.class, KeyVerb.ListAll.class, KeyVerb.Revoke.class},
    synopsisSubcommandLabel = "VERB",
    footer = {"", "Example: slipway key create ci --role publisher --role promoter --days 90"})
final class KeyVerb {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/api/v1/keys";

  private KeyVerb() {}

  @Command(
      name = "create",
      description = "Create a key. It is shown once and never stored.",
      footer = {
        "",
        "Example: slipway key create billing --role caller --model 'churn-*' --rate 500"
      })
  static final class Create implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Parameters(paramLabel = "NAME", description = "the holder, as shown in the history")
    private String name = "";

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        required = true,
        description =
            "viewer, caller, publisher, promoter, approver, auditor or admin; more than once")
    private List<String> roles = List.of();

    @Option(
        names = "--model",
        paramLabel = "MODEL",
        description = "a model, with * for anything in its name; more than once")
    private List<String> models = List.of("*");

    @Option(names = "--days", paramLabel = "N", description = "until it expires; never by default")
    private @Nullable Integer days;

    @Option(names = "--rate", paramLabel = "N", description = "the most requests per second")
    private @Nullable Integer rate;

    @Option(names = "--burst", paramLabel = "N", description = "the most requests at once")
    private @Nullable Integer burst;

    @Override
    public Integer call() {
      ObjectNode body = JSON.createObjectNode().put("name", name);
      body.set("roles", JSON.valueToTree(roles));
      body.set("models", JSON.valueToTree(models));
      if (rate != null) {
        body.put("rate", rate);
      }
      if (burst != null) {
        body.put("burst", burst);
      }
      if (days != null) {
        body.put(
            "expires_at",
            Clock.systemUTC()
                .instant()
                .truncatedTo(ChronoUnit.SECONDS)
                .plus(Duration.ofDays(days))
                .toString());
      }
      JsonNode key = remote.client().send("POST", PATH, body, Map.of());
      remote.print(
          key,
          out -> {
            out.printf("%s%n", key.path("key").asText());
            remote
                .err()
                .println(
                    "Save it now: it is not shown again. Its id, for revoking it, is "
                        + Shown.line(key.path("id").asText())
                        + ".");
          });
      return 0;
    }
  }

  @Command(
      name = "list",
      description = "List keys, newest first; never their secrets.",
      footer = {"", "Example: slipway key list --all"})
  static final class ListAll implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Option(names = "--all", description = "include revoked keys")
    private boolean all;

    @Option(names = "--limit", paramLabel = "N", description = "${DEFAULT-VALUE} by default")
    private int limit = 100;

    @Override
    public Integer call() {
      JsonNode page = remote.client().get(PATH + "?all=" + all + "&limit=" + limit);
      remote.print(
          page,
          out -> {
            Table table =
                new Table("ID", "NAME", "ROLES", "MODELS", "CREATED", "EXPIRES", "USED", "REVOKED");
            for (JsonNode key : page.path("keys")) {
              table.row(
                  key.path("id").asText(),
                  key.path("name").asText(),
                  joined(key.path("roles")),
                  joined(key.path("models")),
                  Shown.time(key.path("created_at")),
                  time(key.path("expires_at")),
                  time(key.path("last_used_at")),
                  time(key.path("revoked_at")));
            }
            table.print(out);
            Shown.more(out, page);
          });
      return 0;
    }

    private static String joined(JsonNode list) {
      return String.join(",", JSON.convertValue(list, String[].class));
    }

    private static String time(JsonNode instant) {
      return instant.isTextual() ? Shown.time(instant) : "-";
    }
  }

  @Command(
      name = "revoke",
      description = "Revoke a key, permanently and at once.",
      footer = {"", "Example: slipway key revoke 4f7c0a91xk2d --reason 'has left'"})
  static final class Revoke implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Parameters(paramLabel = "ID")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "kept in the history")
    private @Nullable String reason;

    @Override
    public Integer call() {
      String path = PATH + "/" + RegistryClient.segment(id);
      JsonNode key =
          remote
              .client()
              .delete(reason == null ? path : path + "?reason=" + RegistryClient.segment(reason));
      remote.print(key, out -> out.printf("%s: key revoked%n", key.path("name").asText()));
      return 0;
    }
  }
}
