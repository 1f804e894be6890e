package io.slipway.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelCardTest {
  @Test
  void aCardIsMarkdown() {
    assertThat(ModelCard.html("# Churn\n\n- **auc** 0.86\n\n|a|b|\n|-|-|\n|1|2|\n"))
        .contains("<h3>Churn</h3>", "<strong>auc</strong>", "<td>2</td>");
  }

  @Test
  void htmlInACardIsShownAsText() {
    assertThat(ModelCard.html("<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> b"))
        .doesNotContain("<script", "<img")
        .contains("&lt;script&gt;");
  }

  @Test
  void linksLeadOnlyWhereLinksMayLead() {
    String card =
        "[a](javascript:alert(1)) [b](https://example.org) [c](data:text/html,<b>x</b>)"
            + " ![d](DATA:image/svg+xml;base64,PHN2Zy8+) <data:text/html,x>";
    assertThat(ModelCard.html(card))
        .doesNotContain("javascript:")
        .doesNotContainIgnoringCase("=\"data:")
        .contains("href=\"https://example.org\"");
  }
}
