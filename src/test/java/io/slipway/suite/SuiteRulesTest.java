package io.slipway.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.opentest4j.TestAbortedException;

class SuiteRulesTest {
  /// A test whose thread fails, which it does not look at; run by the tests below alone.
  @ExtendWith(SuiteRules.class)
  static class FailsInAThread {
    @Test
    void passes() throws InterruptedException {
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    throw new AssertionError("in a thread");
                  });
      thread.join(10_000);
    }
  }

  @ExtendWith(SuiteRules.class)
  static class Passes {
    @Test
    void passes() throws InterruptedException {
      Thread.ofPlatform().start(() -> {}).join(10_000);
    }
  }

  private static Events run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents();
  }

  @Test
  void aFailureInsideAThreadFailsItsTest() {
    Events events = run(FailsInAThread.class);
    assertThat(events.failed().count()).isEqualTo(1);
  }

  @Test
  void aThreadThatEndsWellFailsNothing() {
    assertThat(run(Passes.class).failed().count()).isZero();
  }

  @Test
  void whereCiIsSetASkippedTestFails() {
    Invocation<Void> skipped =
        () -> {
          assumeTrue(false, "no strace here");
          return null;
        };
    assertThatThrownBy(() -> new SuiteRules(true).judge(skipped))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no strace here");
    assertThatThrownBy(() -> new SuiteRules(false).judge(skipped))
        .isInstanceOf(TestAbortedException.class);
  }
}
