package io.slipway.security;

/// The result of checking a presented key, token or session.
public sealed interface Presented {

  /// The result of checking a key.
  sealed interface OfKey extends Presented {}

  /// The credential is unknown or invalid.
  enum Rejected implements OfKey {
    UNKNOWN,
    EXPIRED
  }

  /// The key belongs to `holder`.
  record Known(Keyholder holder) implements OfKey {}

  /// The token belongs to a person.
  record Person(Identity identity) implements Presented {}

  /// A token that gives no access.
  enum Token implements Presented {
    /// It is valid, but none of its groups has a role here.
    WITHOUT_ROLE,
    /// Its issuer does not answer, so it cannot be checked.
    WITHOUT_ISSUER
  }
}
