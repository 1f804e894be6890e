package io.slipway.ops.webhook;

import io.quarkus.runtime.configuration.ConfigurationException;

/// Nothing is told to where the configuration says, so nothing starts. The message names the
/// property and what to do, and repeats neither a secret nor an address.
final class UnusableTarget extends ConfigurationException {
  UnusableTarget(String message) {
    super(message);
  }
}
