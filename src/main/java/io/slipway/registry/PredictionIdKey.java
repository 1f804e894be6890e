package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/// A key that prediction ids are made and read with.
///
/// @param number in order of creation
/// @param secret 16 bytes as base64; for no answer, log or history
/// @param createdAt in whole milliseconds; ids count their time from here
@RegisterForReflection
public record PredictionIdKey(int number, String secret, Instant createdAt, String createdBy) {
  /// Never the secret.
  @Override
  public String toString() {
    return "prediction id key " + number;
  }
}
