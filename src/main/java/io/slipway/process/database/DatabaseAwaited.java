package io.slipway.process.database;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.slipway.process.CannotStart;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Makes Quarkus wait for the embedded database, which starts concurrently, before its first use.
@ApplicationScoped
public class DatabaseAwaited {
  private static final int BEFORE_ANYTHING_ELSE = -1;

  /// Static, as it is set before beans exist.
  private static volatile Runnable ready = () -> {};

  /// @param wait throws [CannotStart] where the database does not come up
  public static void before(Runnable wait) {
    ready = wait;
  }

  void start(@Observes @Priority(BEFORE_ANYTHING_ELSE) StartupEvent event) {
    try {
      ready.run();
    } catch (CannotStart e) {
      // One sentence for the operator, as for every other reason not to start.
      throw new ConfigurationException(e.getMessage(), e);
    }
  }
}
