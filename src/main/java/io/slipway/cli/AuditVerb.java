package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "audit",
    description = "Export the audit log, and prove that it was not changed.",
    subcommands = {AuditVerb.Export.class, AuditVerb.Verify.class, AuditVerb.Acknowledge.class},
    synopsisSubcommandLabel = "VERB",
    footer = {"", "Example: slipway audit verify history.ndjson"})
final class AuditVerb {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/api/v1/audit/export";
  private static final String VERIFICATION = "/api/v1/audit/verification";
  private static final String ACKNOWLEDGE = "/api/v1/audit/acknowledgements";

  private AuditVerb() {}

  @Command(
      name = "export",
      description = "Write the audit log to FILE, one entry per line. Requires the role auditor.",
      footer = {"", "Example: slipway audit export history.ndjson"})
  static final class Export implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Parameters(paramLabel = "FILE")
    private Path file = Path.of("");

    @Override
    public Integer call() {
      remote.client().download(PATH, file);
      ObjectNode done = JSON.createObjectNode().put("file", file.toString());
      remote.print(done, out -> out.println(file));
      return 0;
    }
  }

  @Command(
      name = "verify",
      description =
          "Recompute the hash chain of an exported audit log, or, without FILE, of the registry's"
              + " own. Exits with 1 where an entry was changed, inserted or removed. Without FILE,"
              + " the server also verifies the end of the log, stages, aliases and versions.",
      footer = {
        "",
        "Entries removed at the end cannot be detected from a file alone: note the last hash"
            + " elsewhere and pass it as --includes next time.",
        "",
        "Example: slipway audit verify history.ndjson --includes 9f86d081…"
      })
  static final class Verify implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Parameters(arity = "0..1", paramLabel = "FILE")
    private @Nullable Path file;

    @Option(
        names = "--includes",
        paramLabel = "[NUMBER:]HASH",
        description = "an entry that was once the last one, and must still exist")
    private @Nullable String includes;

    @Override
    public Integer call() {
      AuditChain chain = new AuditChain(includes);
      List<Failure.Fault> faults = file == null ? faults() : List.of();
      try (Stream<String> lines = lines()) {
        lines.forEach(chain::next);
        chain.end();
      } catch (Failure.Refused e) {
        throw new Failure.Refused(e.status(), String.valueOf(e.getMessage()), faults);
      } catch (UncheckedIOException e) {
        throw new Failure.Unreachable("the connection broke: " + e.getMessage(), e);
      }
      if (!faults.isEmpty()) {
        throw new Failure.Refused("the database was changed without the registry", faults);
      }
      JsonNode verified =
          JSON.createObjectNode().put("entries", chain.entries()).put("hash", chain.hash());
      remote.print(
          verified,
          (PrintWriter out) ->
              out.println(
                  chain.entries()
                      + " entries, none changed, inserted or removed; the last has the hash "
                      + chain.hash()));
      return 0;
    }

    /// What the server has found.
    private List<Failure.Fault> faults() {
      List<Failure.Fault> faults = new ArrayList<>();
      for (JsonNode finding : remote.client().get(VERIFICATION).path("findings")) {
        String model = finding.path("model").asText("");
        String target = finding.path("target").asText("");
        faults.add(
            new Failure.Fault(
                finding.path("code").asText(),
                target.isEmpty() ? model : model + " " + target,
                finding.path("message").asText()));
      }
      return faults;
    }

    private Stream<String> lines() {
      Path from = file;
      if (from == null) {
        return remote.client().lines(PATH);
      }
      try {
        return Files.lines(from);
      } catch (IOException e) {
        throw new Failure.Misused(from + " cannot be read: " + e.getMessage());
      }
    }
  }

  @Command(
      name = "acknowledge",
      description =
          "Accept that entries of the audit log are lost, as after the restore of a backup. It"
              + " applies to the replica that answers. Requires the role admin.",
      footer = {"", "Example: slipway audit acknowledge --reason 'restored the backup of Monday'"})
  static final class Acknowledge implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "kept in the history")
    private String reason = "";

    @Override
    public Integer call() {
      JsonNode done =
          remote
              .client()
              .send("POST", ACKNOWLEDGE, JSON.createObjectNode().put("reason", reason), Map.of());
      remote.print(
          done,
          out ->
              out.println(
                  "acknowledged: the history ended at entry "
                      + done.at("/head/seq").asText()
                      + ", the replica knew entry "
                      + done.at("/lost/seq").asText()));
      return 0;
    }
  }
}
