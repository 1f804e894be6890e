package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// What is to be registered.
///
/// @param body read once, as it comes
/// @param kind what the body is
/// @param dryRun check and keep nothing
/// @param expected of the body's bytes, where the sender says
public record Upload(
    String model,
    InputStream body,
    Kind kind,
    boolean dryRun,
    @Nullable Digest expected,
    Caller caller) {

  /// The form of a body.
  public enum Kind {
    /// A bundle.
    ZIP,
    /// A bare model, which becomes a bundle of named tensors.
    ONNX
  }
}
