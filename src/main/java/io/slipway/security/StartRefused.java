package io.slipway.security;

import io.quarkus.runtime.configuration.ConfigurationException;

/// The configuration would let in whom it must not; the message tells the operator what to do.
final class StartRefused extends ConfigurationException {
  StartRefused(String message) {
    super(message);
  }
}
