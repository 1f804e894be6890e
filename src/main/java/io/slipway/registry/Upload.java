package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// What is to be registered.
///
/// @param kind what the content is
/// @param dryRun check and keep nothing
/// @param expected of the content's bytes, where the sender says
public record Upload(
    String model,
    Content content,
    Kind kind,
    boolean dryRun,
    @Nullable Digest expected,
    Caller caller) {

  /// An upload that is read as it comes.
  public static Upload streamed(
      String model,
      InputStream body,
      Kind kind,
      boolean dryRun,
      @Nullable Digest expected,
      Caller caller) {
    return new Upload(model, new Content.Streamed(body), kind, dryRun, expected, caller);
  }

  /// An upload that has come in parts.
  public static Upload inParts(PartialUpload parts, boolean dryRun, Caller caller) {
    return new Upload(
        parts.model(), new Content.InParts(parts), parts.kind(), dryRun, parts.expected(), caller);
  }

  /// Where the bytes are.
  public sealed interface Content {
    /// @param body read once, as it comes
    record Streamed(InputStream body) implements Content {}

    /// Came in parts and is whole. It is thrown away when it is registered or refused for what it
    /// is; where that fails for another reason it can be tried again.
    record InParts(PartialUpload upload) implements Content {}
  }

  /// The form of the content.
  public enum Kind {
    /// A bundle.
    ZIP,
    /// A bare model, which becomes a bundle of named tensors.
    ONNX
  }
}
