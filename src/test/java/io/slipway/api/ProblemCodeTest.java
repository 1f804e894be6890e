package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page of errors against the catalogue.
class ProblemCodeTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d+) \\| [^|]{10,} \\| [^|]{10,} \\|$");

  @Test
  void thePageOfErrorsHasEveryCodeWithItsStatusItsCauseAndARemedy() throws IOException {
    assertThat(
            ROW.matcher(Files.readString(Path.of("docs/reference/errors.md")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2)))
        .containsExactlyElementsOf(
            Arrays.stream(ProblemCode.values())
                .map(code -> code.code() + " " + code.status())
                .toList());
  }
}
