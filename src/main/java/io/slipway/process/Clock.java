package io.slipway.process;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/// The home of time: whoever wants it injects [InstantSource].
final class Clock {
  private Clock() {}

  @Produces
  @Singleton
  static InstantSource instants() {
    return InstantSource.system();
  }
}
