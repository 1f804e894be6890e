package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The command line as a person types it.
final class Terminal {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Terminal() {}

  /// What a command has left.
  record Done(int exit, String out, String err) {
    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new AssertionError(out, e);
      }
    }
  }

  static Done run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = Cli.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Done(exit, out.toString(), err.toString());
  }

  /// As [#run], against the registry at `url`.
  static Done at(URI url, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--url");
    all.add(url.toString());
    return run(all.toArray(String[]::new));
  }
}
