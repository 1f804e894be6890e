package io.slipway.registry;

import io.slipway.bundle.Digest;

/// What the store holds is not what was registered: bytes have changed on disk, or are gone.
public final class CorruptBlob extends RuntimeException {
  CorruptBlob(Digest blob, String message) {
    super("the stored archive " + blob + " is corrupt: " + message);
  }
}
