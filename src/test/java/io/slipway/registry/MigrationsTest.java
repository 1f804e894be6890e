package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The release before runs on the schema of this one while replicas are replaced, and after a step
/// back. So a migration adds, and takes nothing away that the release before reads or leaves out.
class MigrationsTest {
  private static final Path FOLDER = Path.of("src", "main", "resources", "db", "migration");
  private static final Pattern TAKES_AWAY =
      Pattern.compile(
          "\\b(drop|rename|truncate|delete from|set not null|alter column \\S+ type)\\b"
              + "|\\badd column (?:(?!default|;).)*\\bnot null\\b(?:(?!default|;).)*;",
          Pattern.DOTALL);

  private static List<Path> migrations() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  private static boolean takesAway(String sql) {
    String code = sql.replaceAll("--[^\n]*", "").toLowerCase(Locale.ROOT);
    return TAKES_AWAY.matcher(code.replaceAll("\\s+", " ")).find();
  }

  @Test
  void aMigrationTakesNothingAwayFromTheReleaseBefore() throws IOException {
    List<Path> migrations = migrations();
    assertThat(migrations).hasSizeGreaterThan(1);
    // Before the first there was nothing.
    for (Path migration : migrations.subList(1, migrations.size())) {
      assertThat(takesAway(Files.readString(migration))).as(migration.toString()).isFalse();
    }
  }

  @Test
  void theRuleKnowsWhatTakesSomethingAway() {
    assertThat(
            Stream.of(
                "alter table model drop column owner;",
                "alter table model rename column owner to team;",
                "alter table model alter column owner set not null;",
                "alter table model alter column size type integer;",
                "alter table model add column x text not null;",
                "DROP TABLE alias;"))
        .allMatch(MigrationsTest::takesAway);
    assertThat(
            Stream.of(
                "alter table model add column x text;",
                "alter table model add column x text not null default '';",
                "create table t (x text not null); -- drop nothing"))
        .noneMatch(MigrationsTest::takesAway);
  }

  @Test
  void numbersFollowOnEachOther() throws IOException {
    List<Path> migrations = migrations();
    for (int i = 0; i < migrations.size(); i++) {
      assertThat(migrations.get(i).getFileName().toString()).startsWith("V" + (i + 1) + "__");
    }
  }
}
