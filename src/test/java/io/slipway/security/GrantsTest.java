package io.slipway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantsTest {
  /// Settings as a test has them.
  private record Settings(Optional<List<String>> roles, Optional<List<String>> models)
      implements OidcConfig {
    @Override
    public Optional<String> issuer() {
      return Optional.of("https://issuer.example.com");
    }

    @Override
    public String clientId() {
      return "slipway";
    }

    @Override
    public Optional<String> clientSecret() {
      return Optional.empty();
    }

    @Override
    public Optional<List<String>> audience() {
      return Optional.empty();
    }

    @Override
    public String groupsClaim() {
      return "groups";
    }

    @Override
    public String nameClaim() {
      return "name";
    }

    @Override
    public Duration sessionAtMost() {
      return Duration.ofHours(1);
    }

    @Override
    public Duration keysEvery() {
      return Duration.ofHours(1);
    }
  }

  private static Grants grants(List<String> roles, List<String> models) {
    return Grants.of(
        new Settings(
            Optional.of(roles), models.isEmpty() ? Optional.empty() : Optional.of(models)));
  }

  @Test
  void rolesAddUpAndModelsTooAndAGroupThatIsNotNamedIsNothing() {
    Grants grants =
        grants(
            List.of("a=viewer", "b=caller", "cn=ml,ou=x=promoter"),
            List.of("a=churn-*", "cn=ml,ou=x=wine"));
    Identity both = grants.identity("oidc", "anna", Set.of("a", "cn=ml,ou=x", "z")).orElseThrow();
    assertThat(both.permissions())
        .containsExactlyInAnyOrder(Permission.SERVED, Permission.READ, Permission.PROMOTE);
    assertThat(both.may(Permission.PROMOTE, "wine")).isTrue();
    assertThat(both.may(Permission.PROMOTE, "churn-2")).isTrue();
    assertThat(both.may(Permission.PROMOTE, "mail")).isFalse();
    Identity forNone = grants.identity("oidc", "ben", Set.of("b")).orElseThrow();
    assertThat(forNone.may(Permission.PREDICT, "wine"))
        .as("a role, and no group that is for a model")
        .isFalse();
    assertThat(grants.identity("oidc", "eve", Set.of("A", "z"))).isEmpty();
    assertThat(
            grants(List.of("a=viewer"), List.of()).identity("oidc", "x", Set.of("a")).orElseThrow())
        .matches(each -> each.may(Permission.READ));
  }

  @Test
  void nobodyIsTakenForAKeyByHisName() {
    assertThat(
            grants(List.of("a=viewer"), List.of())
                .identity("oidc", "configured-admin\n\u0007", Set.of("a"))
                .orElseThrow()
                .name())
        .isEqualTo("oidc:configured-admin");
  }

  @Test
  void whatMeansNothingKeepsTheServiceFromStarting() {
    for (List<String> roles : List.of(List.<String>of(), List.of("a"), List.of("a=boss"))) {
      assertThatThrownBy(() -> grants(roles, List.of())).isInstanceOf(StartRefused.class);
    }
    assertThatThrownBy(() -> grants(List.of("a=viewer"), List.of("a=NOT A NAME")))
        .isInstanceOf(StartRefused.class);
  }
}
