package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.security.AccessConfig;
import io.slipway.security.Identity;
import io.slipway.security.OidcConfig;
import io.slipway.security.Presented;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// When a browser's session ends, by a clock that the test turns.
class SessionsTest {
  private static final Presented ANNA = new Presented.Person(Identity.ANYONE);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
  private final Sessions sessions =
      new Sessions(
          null,
          now::get,
          settings(
              AccessConfig.class,
              Map.of("sessionAtMost", Duration.ofHours(12), "sessionIdle", Duration.ofHours(1))),
          settings(OidcConfig.class, Map.of("sessionAtMost", Duration.ofHours(3))));

  private static <T> T settings(Class<T> type, Map<String, Object> values) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> values.get(method.getName())));
  }

  private void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  @Test
  void aSessionEndsAnHourAfterTheLastRequest() {
    String token = sessions.begin(Identity.ANYONE);
    pass(Duration.ofMinutes(59));
    assertThat(sessions.find(token)).isEqualTo(ANNA);
    pass(Duration.ofMinutes(59));
    assertThat(sessions.find(token)).as("each request begins it anew").isEqualTo(ANNA);
    pass(Duration.ofMinutes(60));
    assertThat(sessions.find(token)).isEqualTo(Presented.Rejected.EXPIRED);
    assertThat(sessions.find(token)).as("and is gone").isEqualTo(Presented.Rejected.UNKNOWN);
  }

  @Test
  void aSessionByATokenEndsWhateverHappensMeanwhile() {
    String token = sessions.begin(Identity.ANYONE);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofMinutes(30));
      assertThat(sessions.find(token)).isEqualTo(ANNA);
    }
    pass(Duration.ofMinutes(30));
    assertThat(sessions.find(token)).isEqualTo(Presented.Rejected.EXPIRED);
  }

  @Test
  void theOldestSessionGoesWhereThereAreTooMany() {
    String first = sessions.begin(Identity.ANYONE);
    String second = sessions.begin(Identity.ANYONE);
    for (int i = 0; i < Sessions.MOST - 1; i++) {
      sessions.begin(Identity.ANYONE);
    }
    assertThat(sessions.find(first)).isEqualTo(Presented.Rejected.UNKNOWN);
    assertThat(sessions.find(second)).isEqualTo(ANNA);
    sessions.end(second);
    assertThat(sessions.find(second)).isEqualTo(Presented.Rejected.UNKNOWN);
  }
}
