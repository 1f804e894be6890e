package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One immutable version of a model: what it is and where its archive lies. What can change is its
/// description, its tags and whether it is archived.
///
/// @param row that the registry keeps it in, of all versions of all models; 0 where it is not known
/// @param number 1, 2, 3 … in order of registration, never used twice
/// @param digest of the content: the identity
/// @param blob of the stored archive
/// @param size of the stored archive in bytes
/// @param object what the version takes: `record`, `text`, `mail`, `image` or `tensors`
/// @param examples how many golden examples it carries
/// @param untried whether nothing has shown that its model runs
/// @param optimization how far the runtime may rewrite its graphs: `extended`, `basic` or `none`;
///     null: all the way
@RegisterForReflection
public record ModelVersion(
    long row,
    String model,
    int number,
    Digest digest,
    Digest blob,
    long size,
    String object,
    int examples,
    boolean untried,
    @Nullable String optimization,
    @Nullable String description,
    Map<String, String> tags,
    boolean archived,
    Instant registeredAt,
    String registeredBy) {
  /// Whether `other` is this very content under this very number.
  boolean same(ModelVersion other) {
    return model.equals(other.model) && number == other.number && digest.equals(other.digest);
  }
}
