package io.slipway.registry.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.registry.Refusal;
import io.slipway.registry.tracking.Filter.Comparison;
import io.slipway.registry.tracking.Filter.Kind;
import io.slipway.registry.tracking.Filter.Order;
import io.slipway.registry.tracking.Filter.Subject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  @Test
  void comparisonsAreJoinedByAnd() {
    assertThat(Filter.read("metrics.acc >= 0.5 and tags.`a b` LIKE 'x%' AND status='FAILED'"))
        .containsExactly(
            new Comparison(new Subject(Kind.METRIC, "acc"), ">=", 0.5),
            new Comparison(new Subject(Kind.TAG, "a b"), "LIKE", "x%"),
            new Comparison(new Subject(Kind.ATTRIBUTE, "status"), "=", "FAILED"));
  }

  @Test
  void keysMayHaveDotsSlashesAndQuotes() {
    assertThat(Filter.read("params.\"a.b c/d\" != \"v\""))
        .containsExactly(new Comparison(new Subject(Kind.PARAM, "a.b c/d"), "!=", "v"));
    assertThat(Filter.read("tags.mlflow.runName = 'x'"))
        .containsExactly(new Comparison(new Subject(Kind.TAG, "mlflow.runName"), "=", "x"));
    assertThat(Filter.read("metrics.train/loss < -1e-3"))
        .containsExactly(new Comparison(new Subject(Kind.METRIC, "train/loss"), "<", -0.001));
  }

  @Test
  void aListIsOfTexts() {
    assertThat(Filter.read("attributes.run_id not in ('a','b')"))
        .containsExactly(
            new Comparison(new Subject(Kind.ATTRIBUTE, "run_id"), "NOT IN", List.of("a", "b")));
  }

  @Test
  void anEmptyFilterComparesNothing() {
    assertThat(Filter.read("  ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metrics.a",
        "metrics.a >",
        "metrics. > 1",
        "colour.a = 'x'",
        "tags.a = 'x' OR tags.b = 'y'",
        "tags.a = x",
        "tags.a IN ()",
        "tags.a IN ('x'",
        "tags.a = 'x",
        "status = 'x'' OR ''1''=''1'",
        "metrics.a > 1; drop table run"
      })
  void anythingElseIsRefusedWithItsPlace(String filter) {
    assertThatThrownBy(() -> Filter.read(filter))
        .isInstanceOf(Refusal.InvalidValue.class)
        .hasMessageContaining("at character");
  }

  @Test
  void anOrderHasADirection() {
    assertThat(Filter.orders(List.of("metrics.acc DESC", "start_time", "tags.`a b` asc")))
        .containsExactly(
            new Order(new Subject(Kind.METRIC, "acc"), true),
            new Order(new Subject(Kind.ATTRIBUTE, "start_time"), false),
            new Order(new Subject(Kind.TAG, "a b"), false));
    assertThatThrownBy(() -> Filter.orders(List.of("metrics.acc sideways")))
        .isInstanceOf(Refusal.InvalidValue.class);
  }

  @Test
  void aLongFilterIsReadOrRefusedAtOnce() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String part : List.of(" ", "a", "a.", "\"", "`a", "' '", "tags.a IN (", "1e")) {
            String filter = part.repeat(20_000 / part.length());
            try {
              Filter.read(filter);
            } catch (Refusal.InvalidValue e) {
              assertThat(e.getMessage()).isNotBlank();
            }
          }
        });
  }
}
