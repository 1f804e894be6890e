package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GaugeRowsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GaugeRows rows = new GaugeRows(registry, "slipway.rows", "Rows", "bytes");

  private Gauge row(String model) {
    return registry.find("slipway.rows").tag("model", model).gauge();
  }

  @Test
  void rowsComeChangeAndGo() {
    rows.show("all", Map.of(Tags.of("model", "a"), 1.0, Tags.of("model", "b"), 2.0));
    assertThat(row("a").value()).isEqualTo(1);
    assertThat(row("b").value()).isEqualTo(2);

    rows.show("all", Map.of(Tags.of("model", "b"), 3.0, Tags.of("model", "c"), 4.0));
    assertThat(row("a")).isNull();
    assertThat(row("b").value()).isEqualTo(3);
    assertThat(row("c").value()).isEqualTo(4);

    rows.show("all", Map.of(Tags.of("model", "a"), 5.0));
    assertThat(registry.find("slipway.rows").gauges()).hasSize(1);
    assertThat(row("a").value()).isEqualTo(5);
  }

  @Test
  void aGroupIsReplacedWithoutTheOthers() {
    rows.show("one", Map.of(Tags.of("model", "a"), 1.0));
    rows.show("other", Map.of(Tags.of("model", "b"), 2.0));
    rows.show("one", Map.of());

    assertThat(row("a")).isNull();
    assertThat(row("b").value()).isEqualTo(2);
    assertThat(rows.shows("one")).isFalse();
    assertThat(rows.groups()).isOne();
  }

  @Test
  void aRowThatStaysIsNotRegisteredAgain() {
    rows.show("all", Map.of(Tags.of("model", "a"), 1.0));
    Gauge before = row("a");

    rows.show("all", Map.of(Tags.of("model", "a"), 2.0, Tags.of("model", "b"), 2.0));

    assertThat(row("a")).isSameAs(before);
    assertThat(before.getId().getBaseUnit()).isEqualTo("bytes");
  }
}
