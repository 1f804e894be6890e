package io.slipway.security;

/// What becomes of a key, a token or a session that was presented.
public sealed interface Presented {

  /// What becomes of a key.
  sealed interface OfKey extends Presented {}

  /// It is nobody's.
  enum Rejected implements OfKey {
    UNKNOWN,
    EXPIRED
  }

  /// It is `holder`'s.
  record Known(Keyholder holder) implements OfKey {}

  /// It is of a person whom an issuer knows.
  record Person(Identity identity) implements Presented {}

  /// A token of which more is not known than this.
  enum Token implements Presented {
    /// It is good, and none of its groups has a role here.
    WITHOUT_ROLE,
    /// Its issuer does not answer, so that it can't be judged.
    WITHOUT_ISSUER
  }
}
