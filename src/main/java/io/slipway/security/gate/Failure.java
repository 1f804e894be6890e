package io.slipway.security.gate;

import java.util.Locale;

/// The reason of a refusal, as a metrics label.
enum Failure {
  /// No credential.
  MISSING,
  /// An unknown, expired or revoked credential.
  UNKNOWN,
  EXPIRED,
  /// A token whose issuer does not answer.
  ISSUER,
  /// A caller without permission.
  FORBIDDEN,
  /// A path or a method that is not in the route table.
  UNLISTED,
  /// More requests than the key's rate limit.
  RATE,
  /// Too many wrong credentials from one address.
  THROTTLED,
  /// A change by a page of a foreign origin.
  ORIGIN,
  /// A `Host` header with a foreign name.
  HOST,
  /// A path that is not in its normal form.
  PATH;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
