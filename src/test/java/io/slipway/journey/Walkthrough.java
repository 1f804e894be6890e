package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A page of the documentation, done as it is written. The words after a fence say what its block
/// is: `sh` a command that succeeds, `sh refused` one whose last line ends with status 1,
/// `sh server` what goes on in a terminal of its own (the caller does that), `python NAME` a file
/// to save, and `text` what the command before it prints, where `…` stands for anything on a line,
/// or, alone on one, for any lines.
final class Walkthrough {
  private static final Pattern FENCE =
      Pattern.compile("(?ms)^```(\\w+)(?: ([^\\n]+))?\\n(.*?)^```$");
  private static final int MINUTES = 10;

  /// One fenced block.
  ///
  /// @param kind the first word after the fence
  /// @param word the second, or nothing
  record Block(String kind, String word, String text) {}

  private final Path folder;
  private final Map<String, String> environment;
  private final String address;

  /// @param folder where commands are typed
  /// @param address `host:port` that stands in for the page's `localhost:8080`
  Walkthrough(Path folder, Map<String, String> environment, String address) {
    this.folder = folder;
    this.environment = environment;
    this.address = address;
  }

  static List<Block> blocks(Path page) throws IOException {
    return FENCE
        .matcher(Files.readString(page))
        .results()
        .map(
            found ->
                new Block(
                    found.group(1), found.group(2) == null ? "" : found.group(2), found.group(3)))
        .toList();
  }

  /// Does what `blocks` say, in their order.
  ///
  /// @return how many commands were run
  int follow(List<Block> blocks) throws IOException, InterruptedException {
    int commands = 0;
    String printed = "";
    for (Block block : blocks) {
      switch (block.kind()) {
        case "sh" -> {
          if (!block.word().equals("server")) {
            printed = run(block);
            commands++;
          }
        }
        case "python" -> Files.writeString(folder.resolve(block.word()), block.text());
        case "text" -> {
          if (!printed.isEmpty()) {
            assertThat(stripped(printed))
                .as("what the page shows")
                .matches(expected(block.text(), address));
          }
        }
        default -> throw new AssertionError("nobody knows what to do with ```" + block.kind());
      }
    }
    return commands;
  }

  private String run(Block block) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    String script = block.text().replace("localhost:8080", address);
    ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
    builder.environment().putAll(environment);
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("does not end: " + script);
    }
    String printed = Files.readString(output);
    assertThat(process.exitValue())
        .as("exit status of%n%s%nwhich prints%n%s", script, printed)
        .isEqualTo(block.word().equals("refused") ? 1 : 0);
    return printed;
  }

  private static String stripped(String text) {
    return text.lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
  }

  /// The pattern of what is shown.
  static Pattern expected(String shown, String address) {
    List<String> lines = new ArrayList<>();
    for (String line : shown.lines().toList()) {
      lines.add(
          line.equals("…")
              ? "(?s:.*)"
              : Pattern.quote(line.stripTrailing().replace("127.0.0.1:8080", address))
                  .replace("…", "\\E.*\\Q"));
    }
    // A line for any lines may be for none.
    return Pattern.compile(String.join("\n", lines).replace("\n(?s:.*)", "(?s:.*)"));
  }
}
