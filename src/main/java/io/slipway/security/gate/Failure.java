package io.slipway.security.gate;

import java.util.Locale;

/// Why somebody was not let in, or not let do something: the label of the counter.
enum Failure {
  /// No credential.
  MISSING,
  /// One that is nobody's.
  UNKNOWN,
  EXPIRED,
  /// A token whose issuer does not answer.
  ISSUER,
  /// Known, and not permitted.
  FORBIDDEN,
  /// A path or a method that is not in the table.
  UNLISTED,
  /// More than the key's rate.
  RATE,
  /// Too many wrong credentials from one address.
  THROTTLED,
  /// A page of a foreign origin.
  ORIGIN,
  /// A name that is not this machine's.
  HOST,
  /// A path that is not in its normal form.
  PATH;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
