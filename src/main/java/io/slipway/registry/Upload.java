package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// An upload that is to be registered.
///
/// @param kind the form of the content
/// @param dryRun whether to check it without storing anything
/// @param expected the digest of the content; null if the sender has not declared it
public record Upload(
    String model,
    Content content,
    Kind kind,
    boolean dryRun,
    @Nullable Digest expected,
    Caller caller) {

  /// An upload that is read while it arrives.
  public static Upload streamed(
      String model,
      InputStream body,
      Kind kind,
      boolean dryRun,
      @Nullable Digest expected,
      Caller caller) {
    return new Upload(model, new Content.Streamed(body), kind, dryRun, expected, caller);
  }

  /// An upload that has arrived in parts.
  public static Upload inParts(PartialUpload parts, boolean dryRun, Caller caller) {
    return new Upload(
        parts.model(), new Content.InParts(parts), parts.kind(), dryRun, parts.expected(), caller);
  }

  /// The bytes of an upload.
  public sealed interface Content {
    /// @param body read once, while it arrives
    record Streamed(InputStream body) implements Content {}

    /// A complete upload in parts. It is deleted once it is registered or its content is refused.
    /// After any other failure, it can be registered again.
    record InParts(PartialUpload upload) implements Content {}
  }

  /// The form of the content.
  public enum Kind {
    /// A bundle.
    ZIP,
    /// A bare model, which is wrapped into a bundle of named tensors.
    ONNX,
    /// An archive of any files, which become a version of the kind [VersionKind#FILES].
    FILES
  }
}
