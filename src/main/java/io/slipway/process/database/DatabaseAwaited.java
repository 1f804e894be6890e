package io.slipway.process.database;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.slipway.process.CannotStart;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// The embedded database comes up while Quarkus does; here Quarkus waits for it, before the first
/// that asks it.
@ApplicationScoped
public class DatabaseAwaited {
  private static final int BEFORE_ANYTHING_ELSE = -1;

  /// Of the process: it is set before there are beans.
  private static volatile Runnable ready = () -> {};

  /// @param wait throws [CannotStart] where the database does not come up
  public static void before(Runnable wait) {
    ready = wait;
  }

  void start(@Observes @Priority(BEFORE_ANYTHING_ELSE) StartupEvent event) {
    try {
      ready.run();
    } catch (CannotStart e) {
      // A sentence for the operator, as for any other start that is refused.
      throw new ConfigurationException(e.getMessage(), e);
    }
  }
}
