package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The command line: `slipway <verb> …`, with exit statuses that scripts can distinguish.
@Command(
    name = "slipway",
    description = "A model registry and serving gateway.",
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      InitVerb.class,
      CheckVerb.class,
      PushVerb.class,
      PullVerb.class,
      ExportVerb.class,
      ImportVerb.class,
      SignVerb.class,
      VerifyVerb.class,
      VerifyStoreVerb.class,
      GcVerb.class,
      ListVerb.class,
      ShowVerb.class,
      DiffVerb.class,
      LineageVerb.class,
      HistoryVerb.class,
      PromoteVerb.class,
      RollbackVerb.class,
      StatusVerb.class,
      DriftVerb.class,
      PredictVerb.class,
      IdVerb.class,
      KeyVerb.class,
      AuditVerb.class,
      DoctorVerb.class,
      CompletionVerb.class
    },
    footer = {
      "",
      "The registry's URL: --url, or SLIPWAY_URL, or a profile (--profile NAME: NAME.url and",
      "NAME.token in ~/.config/slipway/profiles.properties); http://127.0.0.1:8080 by default.",
      "The access key: SLIPWAY_TOKEN, or NAME.token.",
      "",
      "Exit status: 0 done; 1 refused, by the registry or by a check; 2 wrong usage;",
      "3 the registry does not answer."
    })
public final class Cli {
  private static final Map<String, String> EXITS =
      new TreeMap<>(
          Map.of(
              "0",
              "done",
              Integer.toString(ExitCode.REFUSED),
              "refused, by the registry or by a check",
              Integer.toString(ExitCode.MISUSED),
              "wrong usage",
              Integer.toString(ExitCode.UNREACHABLE),
              "the registry does not answer"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private Cli() {}

  /// Runs one command with the process's own streams.
  ///
  /// @return the exit status
  public static int run(String... args) {
    return run(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        args);
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    return line().setOut(out).setErr(err).execute(args);
  }

  static CommandLine line() {
    CommandLine line = new CommandLine(new Cli());
    line.getCommandSpec().mixinStandardHelpOptions(true).version("slipway " + version());
    withHelp(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(Cli::failed);
    return line;
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Cli.class.getPackage().getImplementationVersion(), "of a build that is not packaged");
  }

  private static void withHelp(CommandLine line) {
    for (CommandLine verb : line.getSubcommands().values()) {
      CommandSpec spec = verb.getCommandSpec().mixinStandardHelpOptions(true);
      spec.usageMessage().exitCodeListHeading("%nExit status:%n").exitCodeList(EXITS);
      withHelp(verb);
    }
  }

  private static int failed(Exception e, CommandLine verb, ParseResult parsed) throws Exception {
    if (!(e instanceof Failure failure)) {
      throw e;
    }
    boolean json = Boolean.TRUE.equals(verb.getParseResult().matchedOptionValue("--json", false));
    if (json) {
      new TerminalWriter(verb.getOut()).println(asJson(failure).toPrettyString());
    } else {
      verb.getErr().println("slipway: " + Shown.line(String.valueOf(failure.getMessage())));
      if (failure instanceof Failure.Refused refused) {
        refused.faults().forEach(fault -> verb.getErr().println(line(fault)));
      }
    }
    return failure.exit();
  }

  static String line(Failure.Fault fault) {
    return "  %s%s%n      %s"
        .formatted(
            fault.where().isEmpty() ? "" : Shown.line(fault.where()) + "  ",
            "[" + Shown.line(fault.code()) + "]",
            Shown.line(fault.message()));
  }

  private static JsonNode asJson(Failure failure) {
    ObjectNode error = JSON.createObjectNode();
    error.put("error", failure.getMessage());
    if (failure instanceof Failure.Refused refused) {
      error.set("errors", JSON.valueToTree(refused.faults()));
    }
    return error;
  }
}
