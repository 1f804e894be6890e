package io.slipway.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineTest {
  @Test
  void theLargestValueIsAtTheTopAndZeroAtTheBottom() {
    assertThat(Line.path(List.of(0.0, 5.0, 10.0), 10)).isEqualTo("M0,100L50,50L100,0");
  }

  @Test
  void whatIsMissingIsAGapAndASinglePointIsSeen() {
    assertThat(Line.path(List.of(1.0, Double.NaN, 1.0, 0.0), 1))
        .isEqualTo("M0,0h0.01M66.7,0L100,100");
  }

  @Test
  void nothingAtAllIsALineAtTheBottom() {
    assertThat(Line.path(List.of(0.0, 0.0), 0)).isEqualTo("M0,100L100,100");
  }

  @Test
  void anAreaIsClosedBelow() {
    assertThat(Line.area(List.of(1.0, 1.0), 1)).isEqualTo("M0,0L100,0L100,100L0,100Z");
  }
}
