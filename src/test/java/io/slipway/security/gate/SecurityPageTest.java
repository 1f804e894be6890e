package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.security.Permission;
import io.slipway.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/security.md` says what the code does.
class SecurityPageTest {
  private static String page() throws IOException {
    return Files.readString(Path.of("docs", "security.md"));
  }

  @Test
  void theTableOfRolesIsTheCodes() throws IOException {
    String head =
        Arrays.stream(Permission.values())
            .map(Permission::lower)
            .collect(Collectors.joining(" | ", "| role | ", " |\n"));
    String rows =
        Arrays.stream(Role.values()).map(SecurityPageTest::row).collect(Collectors.joining());
    assertThat(page())
        .contains(head + "|---".repeat(Permission.values().length + 1) + "|\n" + rows);
  }

  private static String row(Role role) {
    return Arrays.stream(Permission.values())
        .map(permission -> role.permissions().contains(permission) ? "yes" : "")
        .collect(Collectors.joining(" | ", "| " + role.lower() + " | ", " |\n"));
  }

  @Test
  void theTableOfCallsIsTheCodes() throws IOException {
    String rows =
        Routes.table(false).lines().entrySet().stream()
            .map(line -> "| `" + line.getKey() + "` | " + words(line.getValue()) + " |\n")
            .collect(Collectors.joining());
    assertThat(page()).contains(rows);
  }

  private static String words(Need need) {
    return switch (need.reach()) {
      case OPEN -> "nothing";
      case OPEN_BUT_PAGES -> "nothing; for a page in a browser: any key";
      case KNOWN -> "any key";
      case MODEL -> need.permission().lower() + ", for the model";
      case ALL_MODELS -> need.permission().lower() + ", for all models";
      case SOME_MODELS ->
          need.permission().lower() + ", for any model; shows only the key's models";
      case DOOR -> need.permission().lower() + ", for the model that the message names";
    };
  }

  @Test
  void everyReasonOfARefusalIsNamed() throws IOException {
    String metrics = Files.readString(Path.of("docs", "reference", "metrics.md"));
    for (Failure failure : Failure.values()) {
      assertThat(metrics).contains("`" + failure.label() + "`");
    }
  }
}
