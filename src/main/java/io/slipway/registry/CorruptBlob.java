package io.slipway.registry;

import io.slipway.bundle.Digest;

/// Thrown if a stored archive is not what was registered: its bytes have changed or are missing.
public final class CorruptBlob extends RuntimeException {
  CorruptBlob(Digest blob, String message) {
    super("the stored archive " + blob + " is corrupt: " + message);
  }
}
