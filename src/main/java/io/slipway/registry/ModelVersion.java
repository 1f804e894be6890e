package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One immutable version of a model, with the digest of its archive. Only its description, its
/// tags and `archived` can change.
///
/// @param row the row id, unique over all models; 0 if it is not known
/// @param number 1, 2, 3 … in order of registration, never used twice
/// @param digest of the content: the identity of the version
/// @param blob the digest of the stored archive
/// @param size of the stored archive in bytes
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
  /// Whether `other` has the same model, number and content.
  boolean same(ModelVersion other) {
    return model.equals(other.model) && number == other.number && digest.equals(other.digest);
  }
}
