package io.slipway.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.slipway.serving.ServingConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class FailedStartTest {
  private static FailedStart refused(String property, String value) {
    Throwable why =
        Assertions.catchThrowable(
            () ->
                new SmallRyeConfigBuilder()
                    .withMapping(ServingConfig.class)
                    .withSources(new PropertiesConfigSource(Map.of(property, value), "test", 1))
                    .addDiscoveredConverters()
                    .build());
    return FailedStart.of(new RuntimeException("Failed to start quarkus", why));
  }

  @Test
  void aRefusedSettingIsNamedInOneLineWithItsValue() {
    FailedStart failed = refused("slipway.serving.queue", "abc");
    assertThat(failed.refusedSetting()).isTrue();
    assertThat(failed.sentences())
        .containsExactly(
            "The setting slipway.serving.queue cannot be \"abc\": Expected an integer value, got"
                + " \"abc\"");
  }

  @Test
  void anUnknownSettingIsNamedToo() {
    assertThat(refused("slipway.serving.quue", "1").sentences())
        .singleElement()
        .satisfies(
            line -> assertThat(line).contains("slipway.serving.quue").doesNotContain("SRCFG"));
  }

  @Test
  void whatASettingMayNotBeIsTheWholeMessage() {
    FailedStart failed =
        FailedStart.of(new RuntimeException(new ConfigurationException("a is\n  not b")));
    assertThat(failed).isEqualTo(new FailedStart(java.util.List.of("a is not b"), true));
  }

  @Test
  void anyOtherFailureEndsWithItsReason() {
    FailedStart failed =
        FailedStart.of(new RuntimeException("Failed", new IllegalStateException("no disk")));
    assertThat(failed.refusedSetting()).isFalse();
    assertThat(failed.sentences()).containsExactly("Slipway cannot start: no disk");
  }
}
