package io.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
  void aCellForgesNoLineAndHidesNothing() {
    String shown =
        printed(new Table("WHY").row("a\nb\rc\u001b[2Kd\u202ee\u2066f\u2028g\u009bh\u007f\ti"));

    assertThat(shown.lines()).hasSize(2);
    assertThat(shown).contains("a\\nb\\rc\\u001b[2Kd\\u202ee\\u2066f\\u2028g\\u009bh\\u007f\\ti");
  }
}
