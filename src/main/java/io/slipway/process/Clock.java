package io.slipway.process;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/// The provider of the current time: other classes inject [InstantSource].
final class Clock {
  private Clock() {}

  @Produces
  @Singleton
  static InstantSource instants() {
    return InstantSource.system();
  }
}
