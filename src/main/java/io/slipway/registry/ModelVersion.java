package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One immutable version of a model, with the digest of its archive. Only its description, its
/// tags and `archived` can change. What only a bundle has is null, 0 or false for other kinds.
///
/// @param row the row id, unique over all models; 0 if it is not known
/// @param number 1, 2, 3 … in order of registration, never used twice
/// @param kind what the registry keeps of it
/// @param digest of the content (for an external version: of its source), the version's identity
/// @param blob the digest of the stored archive; null for an external version
/// @param size of the stored archive in bytes; 0 for an external version
/// @param source the URI of an external version's content; null for other kinds
/// @param object the kind of input: `record`, `text`, `mail`, `image` or `tensors`
/// @param examples the number of golden examples
/// @param untried whether nothing has shown that the model runs
/// @param optimization how far the runtime may rewrite the graphs: `extended`, `basic` or `none`;
///     null means without limit
@RegisterForReflection
public record ModelVersion(
    long row,
    String model,
    int number,
    VersionKind kind,
    VersionStatus status,
    Digest digest,
    @Nullable Digest blob,
    long size,
    @Nullable String source,
    @Nullable String object,
    int examples,
    boolean untried,
    @Nullable String optimization,
    @Nullable String description,
    Map<String, String> tags,
    boolean archived,
    Instant registeredAt,
    String registeredBy) {
  /// The kind of input of a bundle.
  public String objectOfBundle() {
    return Objects.requireNonNull(object, this::unservable);
  }

  /// Why a version that is not a bundle can't be served.
  public String unservable() {
    return "version %d of %s is of kind %s and can't be served: %s"
        .formatted(
            number,
            model,
            kind.word(),
            switch (kind) {
              case BUNDLE -> "it is not ready";
              case FILES -> "its files are only kept; publish a bundle with the model";
              case EXTERNAL -> "its content is elsewhere; publish a bundle with the model";
            });
  }

  /// Whether it is a bundle, which can be served.
  public boolean bundle() {
    return kind == VersionKind.BUNDLE;
  }

  /// Whether `other` has the same model, number and content.
  boolean same(ModelVersion other) {
    return model.equals(other.model) && number == other.number && digest.equals(other.digest);
  }
}
