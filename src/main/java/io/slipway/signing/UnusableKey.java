package io.slipway.signing;

/// A file holds no key or certificate that can be used here; the message says which and why.
public final class UnusableKey extends RuntimeException {
  UnusableKey(String message) {
    super(message);
  }
}
