package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of verbs that need no registry: output for a person or as JSON.
final class Local {
  @Option(names = "--json", description = "print the result as JSON")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /// Prints `answer` as JSON where requested, otherwise with `pretty`.
  void print(JsonNode answer, Consumer<PrintWriter> pretty) {
    PrintWriter out = new TerminalWriter(Objects.requireNonNull(spec).commandLine().getOut());
    if (json) {
      out.println(answer.toPrettyString());
    } else {
      pretty.accept(out);
    }
    out.flush();
  }
}
