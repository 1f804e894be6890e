package io.slipway.ops.webhook;

import io.quarkus.runtime.configuration.ConfigurationException;

/// A target that cannot be used as configured, so the process does not start. The message names the
/// property and what to do, and contains neither secrets nor addresses.
final class UnusableTarget extends ConfigurationException {
  UnusableTarget(String message) {
    super(message);
  }
}
