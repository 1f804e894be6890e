package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/// A key for creating and decoding prediction ids.
///
/// @param number in order of creation
/// @param secret 16 bytes as Base64; must not appear in answers, logs or the history
/// @param createdAt in whole milliseconds; the times in ids count from here
@RegisterForReflection
public record PredictionIdKey(int number, String secret, Instant createdAt, String createdBy) {
  /// Without the secret.
  @Override
  public String toString() {
    return "prediction id key " + number;
  }
}
