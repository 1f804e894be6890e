package io.slipway.cli;

import static io.slipway.cli.Terminal.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.slipway.cli.Terminal.Done;
import io.slipway.process.database.EmbeddedDatabaseResource;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys and the history as a person handles them at a terminal. The service is open to this machine
/// here, as the key of a terminal comes from its environment.
@QuarkusTest
@TestProfile(AccessVerbsTest.Own.class)
class AccessVerbsTest {

  /// A database of its own: what is done here is done to no other test.
  public static final class Own implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
    }
  }

  @TestHTTPResource URI url;
  @Inject DataSource database;

  private Done remote(String... args) {
    return Terminal.at(url, args);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String replaced(String text, String regex, String by) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    assertThat(matcher.find()).as(regex).isTrue();
    return matcher.replaceFirst(by);
  }

  @Test
  void theHistoryProvesItselfAndEveryKindOfTamperingShows(@TempDir Path temp) throws Exception {
    assertThat(remote("push", "models-sample/customer/v1", "--model", "audited").exit()).isZero();
    assertThat(remote("promote", "audited", "1", "--reason", "a \"quoted\" réason").exit())
        .isZero();
    assertThat(remote("rollback", "audited").exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(remote("promote", "audited", "1", "--stage", "staging").exit()).isZero();

    Path file = temp.resolve("history.ndjson");
    assertThat(remote("audit", "export", file.toString()).exit()).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.size()).isGreaterThanOrEqualTo(3);
    Done good = run("audit", "verify", file.toString(), "--json");
    assertThat(good.exit()).as(good.out()).isZero();
    assertThat(good.json().get("entries").asInt()).isEqualTo(lines.size());
    String head = good.json().get("hash").asText();
    Done verified = remote("audit", "verify", "--includes", lines.size() + ":" + head);
    assertThat(verified.exit()).as(verified.err()).isZero();
    assertThat(run("audit", "verify", file.toString(), "--includes", "1:" + head).exit())
        .as("another number")
        .isEqualTo(ExitCode.REFUSED);
    assertThat(run("audit", "verify", file.toString(), "--includes", "last").exit())
        .isEqualTo(ExitCode.MISUSED);
    execute("update model set revision = revision + 7 where name = 'audited'");
    Done bypassed = remote("audit", "verify");
    execute("update model set revision = revision - 7 where name = 'audited'");
    assertThat(bypassed.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(bypassed.err()).contains("changed without the registry", "[revision_differs]");
    Done acknowledged = remote("audit", "acknowledge", "--reason", "restored");
    assertThat(acknowledged.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(acknowledged.err()).contains("nothing to acknowledge");

    for (String tampered :
        List.of(
            replaced(String.join("\n", lines), "réason", "treason"),
            replaced(String.join("\n", lines), "\"actor\":\"anonymous\"", "\"actor\":\"nobody\""),
            String.join("\n", lines.subList(1, lines.size())),
            String.join("\n", lines.getFirst(), lines.getLast()),
            String.join("\n", lines) + "\n" + lines.getLast(),
            String.join("\n", lines) + "\nno entry")) {
      Done bad = run("audit", "verify", Files.writeString(file, tampered).toString());
      assertThat(bad.exit()).as(tampered).isEqualTo(ExitCode.REFUSED);
      assertThat(bad.err()).contains("broken at entry");
    }
    Files.write(file, lines.subList(0, lines.size() - 1));
    assertThat(run("audit", "verify", file.toString()).exit()).as("its end is cut off").isZero();
    assertThat(run("audit", "verify", file.toString(), "--includes", head).exit())
        .isEqualTo(ExitCode.REFUSED);
    assertThat(run("audit", "verify", temp.resolve("absent").toString()).exit())
        .isEqualTo(ExitCode.MISUSED);

    // Last, as from here on the service asks for a key and this terminal has none.
    Done listed = remote("key", "list");
    assertThat(listed.exit()).as(listed.err()).isZero();
    assertThat(listed.out().lines()).hasSize(1);
    assertThat(remote("key", "create", "x", "--role", "caller").exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(remote("key", "create", "x").exit())
        .as("without a role")
        .isEqualTo(ExitCode.MISUSED);
    Done made = remote("key", "create", "boss", "--role", "admin");
    assertThat(made.out().strip()).matches("slp_[a-z0-9]{12}_[A-Za-z0-9_-]{43}");
    Done closed = remote("key", "list");
    assertThat(closed.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(closed.err()).contains("a key is needed", "(401)");
  }

  @Test
  void everyVerbBelowAVerbHasHelpWithAnExample() {
    for (String verb : List.of("create", "list", "revoke")) {
      assertThat(run("key", verb, "--help").out()).as(verb).contains("Example: ");
    }
    for (String verb : List.of("export", "verify", "acknowledge")) {
      assertThat(run("audit", verb, "--help").out()).as(verb).contains("Example: ");
    }
  }
}
