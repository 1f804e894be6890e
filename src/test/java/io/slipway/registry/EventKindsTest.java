package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventKindsTest {
  @Test
  void aPrefixMatchesWhatBeginsWithItAndANameOnlyItself() {
    EventKinds kinds = new EventKinds(List.of("promoted", "rollout.*"));
    assertThat(List.of("promoted", "rollout.step", "rollout.step.done")).allMatch(kinds::match);
    assertThat(List.of("promoted.twice", "rollout", "rollouts.step", "rolled_back"))
        .noneMatch(kinds::match);
    assertThat(new EventKinds(List.of("*")).match("anything.at.all")).isTrue();
    assertThat(EventKinds.ALL.match("anything")).isTrue();
  }

  @Test
  void whatThisReleaseDoesNotWriteIsNamed() {
    assertThat(new EventKinds(List.of("promoted", "key.*", "rollout.*", "demoted")).unknown())
        .containsExactly("rollout.*", "demoted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Promoted",
        "promoted,changed",
        "*.step",
        "roll*",
        "a..b",
        ".a",
        "a.",
        "1a",
        "a b",
        "**",
        "a.*.b",
        "é"
      })
  void aMalformedKindIsRefused(String pattern) {
    assertThatThrownBy(() -> new EventKinds(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pattern + "' is not a kind of event");
  }

  @Test
  void whatIsTooLongOrTooMuchIsRefused() {
    assertThatThrownBy(() -> new EventKinds(List.of("a".repeat(101))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EventKinds(Collections.nCopies(51, "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("50");
  }
}
