package io.slipway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Circles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The scripts of the console as they lie in the source tree.
class ScriptsTest {
  private static final Path FOLDER = Path.of("src", "main", "resources", "console");

  /// `import … from "./x.js"`, and `import("./x.js")`.
  private static final Pattern IMPORT =
      Pattern.compile("(?m)(?:^import\\s[^;]*?|\\bimport\\()\"\\./([a-z]+\\.js)\"");

  private static Map<String, Set<String>> imports() throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    try (DirectoryStream<Path> scripts = Files.newDirectoryStream(FOLDER, "*.js")) {
      for (Path script : scripts) {
        imports.put(
            script.getFileName().toString(),
            IMPORT
                .matcher(Files.readString(script))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
      }
    }
    return imports;
  }

  @Test
  void theyDoNotImportEachOtherInACircle() throws IOException {
    Map<String, Set<String>> imports = imports();
    assertThat(imports.get("console.js")).contains("acts.js", "page.js", "try.js");
    assertThat(Circles.of(imports)).isEmpty();
  }

  @Test
  void everyOneThatIsImportedIsServed() throws IOException {
    Assets assets = new Assets();
    assertThat(imports().keySet()).allMatch(script -> assets.find(script) != null);
    assertThat(imports().values().stream().flatMap(Set::stream))
        .allMatch(script -> assets.find(script) != null);
  }
}
