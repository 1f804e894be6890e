package io.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
  private static String printed(Table table) {
    StringWriter text = new StringWriter();
    table.print(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void columnsAreAligned() {
    assertThat(printed(new Table("A", "B").row("long", 1).row("x", "Ünïcode 👩‍🔬")))
        .isEqualToNormalizingNewlines("A     B\nlong  1\nx     Ünïcode 👩‍🔬\n");
  }

  @Test
  void aTitleForgesNothing() {
    assertThat(printed(new Table("model", "a\nb").row("x", "y")).lines()).hasSize(2);
  }

  @Test
  void linesOutsideOfTablesForgeNothing() {
    StringWriter text = new StringWriter();
    TerminalWriter out = new TerminalWriter(text);
    out.printf("%s is served%n", "a\nb\rc\u001b[2Kd\u202e");
    out.println("x\ry\u001b[1m\u2066z");
    out.print('\u009b');
    out.println(1);
    assertThat(text)
        .hasToString("a\\nb\\rc\\u001b[2Kd\\u202e is served\nx\\ry\\u001b[1m\\u2066z\n\\u009b1\n");
  }

  @Test
  void jsonStaysTheSameJson() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode object = json.createObjectNode().put("why", "a\nb\u202ec\u007fü👩‍🔬");
    StringWriter text = new StringWriter();
    new TerminalWriter(text).println(object.toPrettyString());
    assertThat(text.toString()).doesNotContain("\u202e").doesNotContain("\u007f");
    assertThat(json.readTree(text.toString())).isEqualTo(object);
  }

  @Test
  void aRefusalForgesNothing() {
    String line = Cli.line(new Failure.Fault("code", "a\nb", "c\u001b[2K\nd"));
    assertThat(line.lines()).hasSize(2);
    assertThat(line).contains("a\\nb", "c\\u001b[2K\\nd");
  }

  @Test
  void aCellForgesNoLineAndHidesNothing() {
    String shown =
        printed(new Table("WHY").row("a\nb\rc\u001b[2Kd\u202ee\u2066f\u2028g\u009bh\u007f\ti"));

    assertThat(shown.lines()).hasSize(2);
    assertThat(shown).contains("a\\nb\\rc\\u001b[2Kd\\u202ee\\u2066f\\u2028g\\u009bh\\u007f\\ti");
  }
}
