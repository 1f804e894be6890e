package io.slipway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private static boolean covers(String pattern, String model) {
    return new ModelScope(List.of(pattern)).covers(model);
  }

  @Test
  void aNameIsThatModelAndAStarIsAnything() {
    assertThat(covers("churn", "churn")).isTrue();
    assertThat(covers("churn", "churn2")).isFalse();
    assertThat(covers("churn", "chur")).isFalse();
    assertThat(covers("churn-*", "churn-eu")).isTrue();
    assertThat(covers("churn-*", "churn")).isFalse();
    assertThat(covers("*-eu", "churn-eu-eu")).isTrue();
    assertThat(covers("a*b*c", "a-bb-b-c")).isTrue();
    assertThat(covers("a*b*c", "a-c-b")).isFalse();
    assertThat(covers("a*", "")).isFalse();
  }

  @Test
  void whatIsNoNameIsCoveredByNothingButAll() {
    for (String disguised :
        new String[] {"churn;x", "ch%75rn", "Churn", "churn/x", "churn\u0000"}) {
      assertThat(covers("c*", disguised)).as(disguised).isFalse();
      assertThat(covers("**", disguised)).as(disguised).isFalse();
      assertThat(ModelScope.ALL.covers(disguised)).as(disguised).isTrue();
      assertThat(ModelScope.NONE.covers(disguised)).as(disguised).isFalse();
    }
  }

  @Test
  void onlyTheLoneStarIsAllModels() {
    assertThat(ModelScope.ALL.all()).isTrue();
    assertThat(new ModelScope(List.of("churn", "*")).all()).isTrue();
    assertThat(new ModelScope(List.of("c*")).all()).isFalse();
    assertThat(ModelScope.NONE.all()).isFalse();
  }

  @Test
  void whatCanBeNoModelsNameIsRefused() {
    for (String wrong : new String[] {"", "A", "a/b", "a b", "a".repeat(101)}) {
      assertThatThrownBy(() -> new ModelScope(List.of(wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void manyStarsAreNoTrap() {
    long begun = System.nanoTime();
    assertThat(covers("*a".repeat(50), "a".repeat(99) + "b")).isFalse();
    assertThat(System.nanoTime() - begun).isLessThan(100_000_000L);
  }
}
