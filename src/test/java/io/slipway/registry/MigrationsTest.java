package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The release before runs on the schema of this one while replicas are replaced, and after a step
/// back. So a migration adds, and takes nothing away that the release before reads or leaves out.
/// An index may go, and so may `not null` of a column that only new kinds of rows leave out.
class MigrationsTest {
  private static final Path FOLDER = Path.of("src", "main", "resources", "db", "migration");
  private static final Pattern TAKES_AWAY =
      Pattern.compile(
          "\\b(drop (?!not null|index)|rename|truncate|delete from|set not null|alter column \\S+ type)\\b"
              + "|\\badd column (?:(?!default|;).)*\\bnot null\\b(?:(?!default|;).)*;",
          Pattern.DOTALL);

  private static List<Path> migrations() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted(Comparator.comparingInt(MigrationsTest::number)).toList();
    }
  }

  private static int number(Path migration) {
    return Integer.parseInt(migration.getFileName().toString().replaceAll("^V|__.*", ""));
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
                "DROP TABLE alias;",
                "alter table model drop constraint model_name_key;"))
        .allMatch(MigrationsTest::takesAway);
    assertThat(
            Stream.of(
                "alter table model add column x text;",
                "alter table model add column x text not null default '';",
                "drop index model_tags;",
                "alter table model alter column name drop not null;",
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
