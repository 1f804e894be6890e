package io.slipway.ops.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.slipway.registry.EventKinds;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String PATH = "/hidden-in-the-path";
  private static final String URL = "https://hooks.example.com" + PATH;

  private final Map<String, String> properties =
      new HashMap<>(
          Map.of(
              "hosts", "hooks.example.com,*.intern.example",
              "targets.billing.url", URL,
              "targets.billing.secret", SECRET));

  private Settings settings() {
    Map<String, String> prefixed = new HashMap<>();
    properties.forEach((name, value) -> prefixed.put("slipway.webhooks." + name, value));
    return settings(new PropertiesConfigSource(prefixed, "of the test", 100));
  }

  private static Settings settings(ConfigSource source) {
    return Settings.of(
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withConverter(Duration.class, 200, new DurationConverter())
            .withMapping(WebhooksConfig.class)
            .withSources(source)
            .build()
            .getConfigMapping(WebhooksConfig.class));
  }

  private void refused(String property, String what) {
    assertThatThrownBy(this::settings)
        .isInstanceOf(UnusableTarget.class)
        .hasMessageStartingWith("slipway.webhooks." + property + ": ")
        .hasMessageContaining(what)
        .hasMessageNotContaining("hidden-in-the-path")
        .hasMessageNotContaining("MfKQ9r8G")
        .hasNoCause();
  }

  @Test
  void aTargetIsToldOfEverythingByDefault() {
    Settings settings = settings();
    Target target = settings.targets().getFirst();
    assertThat(target.host()).isEqualTo("hooks.example.com");
    assertThat(target.port()).isEqualTo(443);
    assertThat(target.path()).isEqualTo(PATH);
    assertThat(target.kinds()).isEqualTo(EventKinds.ALL);
    assertThat(target.models().all()).isTrue();
    assertThat(settings.addresses().allowed()).isEmpty();
    assertThat(settings.retry())
        .isEqualTo(new RetryPolicy(Duration.ofSeconds(10), Duration.ofHours(24), Backoff.USUAL));
  }

  @Test
  void whatIsConfiguredCounts() {
    properties.put("targets.billing.url", "HTTPS://a.Intern.Example:8443?for=é&of=it");
    properties.put("targets.billing.events", "promoted, rollout.*, of_a_later_release");
    properties.put("targets.billing.models", "churn-*,fraud");
    properties.put("private-networks", "10.20.0.0/16,fd00::/8");
    properties.put("timeout", "3s");
    properties.put("give-up-after", "1h");
    Settings settings = settings();
    Target target = settings.targets().getFirst();
    assertThat(target.host()).isEqualTo("a.intern.example");
    assertThat(target.port()).isEqualTo(8443);
    assertThat(target.path()).isEqualTo("/?for=%C3%A9&of=it");
    assertThat(target.kinds().patterns())
        .containsExactly("promoted", "rollout.*", "of_a_later_release");
    assertThat(target.kinds().unknown()).containsExactly("rollout.*", "of_a_later_release");
    assertThat(target.models().covers("churn-eu")).isTrue();
    assertThat(target.models().covers("other")).isFalse();
    assertThat(settings.addresses().allowed()).hasSize(2);
    assertThat(settings.retry().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.retry().giveUp()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void variablesOfTheEnvironmentNameATargetToo() {
    Settings settings =
        settings(
            new EnvConfigSource(
                Map.of(
                    "SLIPWAY_WEBHOOKS_HOSTS",
                    "hooks.example.com",
                    "SLIPWAY_WEBHOOKS_TARGETS_CHAT_URL",
                    URL,
                    "SLIPWAY_WEBHOOKS_TARGETS_CHAT_SECRET",
                    SECRET,
                    "SLIPWAY_WEBHOOKS_TARGETS_CHAT_EVENTS",
                    "promoted"),
                300));
    assertThat(settings.targets()).hasToString("[webhook chat (hooks.example.com)]");
    assertThat(settings.targets().getFirst().kinds().patterns()).containsExactly("promoted");
  }

  @Test
  void neitherPathNorSecretIsSaidOfATarget() {
    assertThat(settings().toString())
        .contains("webhook billing (hooks.example.com)")
        .doesNotContain("hidden-in-the-path", "MfKQ9r8G");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/",
        "https://hooks.example.com.evil.example/",
        "https://evil.example/hooks.example.com",
        "https://xhooks.example.com/",
        "https://intern.example/",
        "https://xintern.example/"
      })
  void aHostThatIsNotListedIsRefused(String url) {
    properties.put("targets.billing.url", url);
    refused("targets.billing.url", "add it to slipway.webhooks.hosts (SLIPWAY_WEBHOOKS_HOSTS)");
  }

  @Test
  void withoutAListNoHostIsListed() {
    properties.remove("hosts");
    refused("targets.billing.url", "is not listed");
  }

  @ParameterizedTest
  @CsvSource({
    "http://hooks.example.com/hidden-in-the-path, it is not https",
    "hooks.example.com/hidden-in-the-path, it is not https",
    "file:///hidden-in-the-path, it is not https",
    "https://user:MfKQ9r8G@hooks.example.com/, it has a user or a fragment",
    "https://hooks.example.com/hidden-in-the-path#part, it has a user or a fragment",
    "https:///hidden-in-the-path, its host is not a name",
    "https://hooks.example.com/hidden-in-the-path with blanks, it is not a URL",
    "https://hooks_example/hidden-in-the-path, its host is not a name",
    "https://93.184.216.34/, its host is not a name",
    "https://2130706433/, its host is not a name",
    "https://0x7f000001/, its host is not a name",
    "https://127.1/, its host is not a name",
    "https://[::1]/, its host is not a name",
    "https://hooks.example.com./, its host is not a name",
    "https://hooks.example.com:0/, its port is invalid",
    "https://hooks.example.com:65536/, its port is invalid"
  })
  void aUrlOfAnotherKindIsRefused(String url, String what) {
    properties.put("targets.billing.url", url);
    refused("targets.billing.url", what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8G", "whsec_MfKQ9r8G!"})
  void aSecretThatIsNoneIsRefused(String secret) {
    properties.put("targets.billing.secret", secret);
    refused("targets.billing.secret", "openssl rand -base64 32");
  }

  @Test
  void whatElseIsWrongIsNamed() {
    properties.put("targets.billing.events", "promoted,De-moted");
    refused("targets.billing.events", "'De-moted' is not a kind of event; expected a name such");
    properties.put("targets.billing.events", "promoted");
    properties.put("targets.billing.models", "Churn");
    refused("targets.billing.models", "'Churn' is not a model name");
    properties.remove("targets.billing.models");
    properties.put("private-networks", "10.20.0.0");
    refused("private-networks", "'10.20.0.0' is not a network");
    properties.remove("private-networks");
    properties.put("timeout", "0s");
    refused("timeout", "must be positive");
    properties.put("timeout", "6m");
    refused("timeout", "PT5M at most");
    properties.remove("timeout");
    properties.put("give-up-after", "-1s");
    refused("give-up-after", "must be positive");
    properties.remove("give-up-after");
    properties.put("hosts", "https://hooks.example.com");
    refused("hosts", "is not a host name");
    properties.put("hosts", "*");
    refused("hosts", "is not a host name");
    properties.put("hosts", "hooks.example.com,10.0.0.1");
    refused("hosts", "is not a host name");
    properties.put("hosts", "hooks.example.com");
    properties.put("targets.\"Big Brother\".url", URL);
    properties.put("targets.\"Big Brother\".secret", SECRET);
    refused("targets", "the name 'Big Brother'");
  }

  @Test
  void aTargetWithoutASecretIsRefused() {
    properties.remove("targets.billing.secret");
    assertThatThrownBy(this::settings)
        .hasMessageContaining("slipway.webhooks.targets.billing.secret")
        .hasMessageNotContaining("hidden-in-the-path");
  }
}
