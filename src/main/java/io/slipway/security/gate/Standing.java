package io.slipway.security.gate;

/// Whether what a caller has presented still holds, asked again for as long as an answer goes on: a
/// stream must outlive neither the key, the session, the token nor the certificate that it was
/// opened with.
@FunctionalInterface
public interface Standing {
  /// What a stream ends with.
  String ENDED = "the key, session or token of this stream is revoked, expired or signed out";

  /// False once it is revoked, expired or signed out. Never blocks.
  boolean holds();
}
