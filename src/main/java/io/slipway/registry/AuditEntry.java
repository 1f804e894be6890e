package io.slipway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One entry of the history: who changed what, when, why, and from which value to which.
///
/// @param seq 1, 2, 3 … without gaps
/// @param action such as `version.registered`, `stage.promoted`
/// @param target the stage, the alias, or the name of the key
/// @param revision of the model after the change
/// @param detail additional data, as JSON
/// @param previousHash the hash of the previous entry; 64 zeros for the first
/// @param hash the SHA-256, in hexadecimal, of `previousHash`, a line feed and the entry as JSON
///     in UTF-8; its members are in the order of this record up to `detail`, absent ones left out
public record AuditEntry(
    long seq,
    Instant at,
    String actor,
    String action,
    @Nullable String model,
    @Nullable Integer version,
    @Nullable String target,
    @Nullable String from,
    @Nullable String to,
    @Nullable String reason,
    @Nullable Long revision,
    @Nullable String requestId,
    @Nullable String detail,
    String previousHash,
    String hash) {
  static final String GENESIS = "0".repeat(64);

  /// The hash that this entry must have after its `previousHash`.
  String computedHash() {
    String line = previousHash + "\n" + canonical();
    return Digest.of(line.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /// This entry as one line of JSON that can be verified: the hashed members, then the two
  /// hashes.
  public String line() {
    return canonical().put("previous_hash", previousHash).put("hash", hash).toString();
  }

  private ObjectNode canonical() {
    ObjectNode canonical = JsonNodeFactory.instance.objectNode();
    canonical.put("seq", seq);
    canonical.put("at", at.toString());
    canonical.put("actor", actor);
    canonical.put("action", action);
    text(canonical, "model", model);
    if (version != null) {
      canonical.put("version", version);
    }
    text(canonical, "target", target);
    text(canonical, "from", from);
    text(canonical, "to", to);
    text(canonical, "reason", reason);
    if (revision != null) {
      canonical.put("revision", revision);
    }
    text(canonical, "request_id", requestId);
    text(canonical, "detail", detail);
    return canonical;
  }

  /// A copy of this entry with its hash.
  AuditEntry sealed() {
    return new AuditEntry(
        seq,
        at,
        actor,
        action,
        model,
        version,
        target,
        from,
        to,
        reason,
        revision,
        requestId,
        detail,
        previousHash,
        computedHash());
  }

  private static void text(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}
