package io.slipway.signing;

/// A file without a usable key or certificate; the message names the file and the reason.
public final class UnusableKey extends RuntimeException {
  UnusableKey(String message) {
    super(message);
  }
}
