package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of verbs that call a registry: its URL, and output for a person or as JSON.
final class Remote {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "the registry's URL (SLIPWAY_URL; default http://127.0.0.1:8080)")
  private @Nullable String url;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "a profile in ~/.config/slipway/profiles.properties (SLIPWAY_PROFILE)")
  private @Nullable String profile;

  @Option(names = "--json", description = "print the registry's response as JSON")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  RegistryClient client() {
    return new RegistryClient(Profile.of(url, profile, System.getenv()));
  }

  PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  boolean json() {
    return json;
  }

  /// Prints `answer` as JSON where requested, otherwise with `pretty`.
  void print(JsonNode answer, Consumer<PrintWriter> pretty) {
    PrintWriter out = new TerminalWriter(out());
    if (json) {
      out.println(answer.toPrettyString());
    } else {
      pretty.accept(out);
    }
    out.flush();
  }
}
