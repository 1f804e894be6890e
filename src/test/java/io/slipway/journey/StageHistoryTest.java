package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.journey.StageHistory.Call;
import io.slipway.journey.StageHistory.Moved;
import io.slipway.journey.StageHistory.Seen;
import io.slipway.journey.StageHistory.Served;
import io.slipway.journey.StageHistory.Unknown;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The judge of histories, by histories whose verdict is known.
class StageHistoryTest {
  private static List<String> faults(Call... calls) {
    StageHistory history = new StageHistory();
    for (Call call : calls) {
      history.add(call);
    }
    return history.faults();
  }

  @Test
  void whatHappenedInOneOrderIsFine() {
    assertThat(
            faults(
                new Moved(0, 10, null, 1, 1, null),
                new Seen(2, 3, 1, 1),
                new Served(1, 4, 1),
                new Moved(5, 20, 1L, 2, 2, 1),
                new Served(12, 13, 1),
                new Served(12, 13, 2),
                new Moved(6, 22, null, 3, 1, 2),
                new Seen(30, 31, 3, 1)))
        .isEmpty();
  }

  @Test
  void aMoveWithoutAnAnswerMayHaveHappenedOrNot() {
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Unknown(2, 2),
                new Seen(5, 6, 2, 2),
                new Served(7, 8, 2)))
        .isEmpty();
    assertThat(faults(new Moved(0, 1, null, 1, 1, null), new Unknown(2, 2), new Seen(5, 6, 1, 1)))
        .isEmpty();
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Unknown(2, null),
                new Moved(5, 6, 2L, 3, 2, 3)))
        .isEmpty();
  }

  @Test
  void aLostUpdateIsFound() {
    assertThat(faults(new Moved(0, 9, 0L, 1, 1, null), new Moved(1, 8, 0L, 1, 2, null)))
        .anyMatch(fault -> fault.contains("two moves"))
        .anyMatch(fault -> fault.contains("was version"));
    assertThat(faults(new Moved(0, 1, null, 1, 1, null), new Moved(2, 3, 0L, 2, 2, 1)))
        .anyMatch(fault -> fault.contains("decided on another"));
    assertThat(faults(new Moved(0, 1, null, 1, 1, null), new Moved(2, 3, null, 2, 2, 7)))
        .anyMatch(fault -> fault.contains("came after version 1"));
  }

  @Test
  void aStaleReadIsFound() {
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Moved(2, 3, null, 2, 2, 1),
                new Seen(4, 5, 1, 1)))
        .anyMatch(fault -> fault.contains("was known"));
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Moved(2, 3, null, 2, 2, 1),
                new Served(4, 5, 1)))
        .anyMatch(fault -> fault.contains("not in the stage"));
    assertThat(faults(new Moved(3, 4, null, 1, 1, null), new Served(1, 2, 1)))
        .anyMatch(fault -> fault.contains("not in the stage"));
  }

  @Test
  void anAcknowledgedMoveThatACrashHasLostIsFound() {
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Moved(2, 3, null, 2, 2, 1),
                new Seen(9, 10, 1, 1)))
        .isNotEmpty();
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Moved(2, 3, null, 2, 2, 1),
                new Moved(9, 10, null, 2, 3, 1)))
        .isNotEmpty();
  }

  @Test
  void aMoveThatNobodyHasAskedForIsFound() {
    assertThat(faults(new Moved(0, 1, null, 1, 1, null), new Seen(4, 5, 2, 2)))
        .anyMatch(fault -> fault.contains("nobody has made revision 2"));
    assertThat(faults(new Moved(0, 1, null, 1, 1, null), new Unknown(2, 3), new Seen(4, 5, 2, 2)))
        .anyMatch(fault -> fault.contains("nobody has made revision 2"));
    assertThat(
            faults(
                new Moved(0, 1, null, 1, 1, null),
                new Unknown(2, 2),
                new Moved(4, 5, null, 4, 3, 2)))
        .anyMatch(fault -> fault.contains("nobody has made revision 3"));
  }
}
