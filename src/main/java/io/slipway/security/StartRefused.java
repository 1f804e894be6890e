package io.slipway.security;

import io.quarkus.runtime.configuration.ConfigurationException;

/// An unsafe configuration, with which the process does not start; the message says what to do.
final class StartRefused extends ConfigurationException {
  StartRefused(String message) {
    super(message);
  }
}
