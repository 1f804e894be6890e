package io.slipway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Follows the chain of hashes of a history, entry by entry, by its description alone: the hash of
/// an entry is the SHA-256 of the hash before, a line feed, and the entry's members but for the two
/// hashes, as compact JSON in their order.
final class AuditChain {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GENESIS = "0".repeat(64);

  private final @Nullable String includes;
  private String hash = GENESIS;
  private long entries;
  private boolean included;

  /// @param includes a hash that one entry must have; null without one
  AuditChain(@Nullable String includes) {
    this.includes = includes;
    this.included = includes == null;
  }

  /// Takes the next line.
  ///
  /// @throws Failure.Refused where it does not follow
  void next(String line) {
    long seq = entries + 1;
    // An editor may have put a byte order mark at the head of the file.
    ObjectNode entry =
        parsed(seq == 1 && line.startsWith("\ufeff") ? line.substring(1) : line, seq);
    JsonNode previous = entry.remove("previous_hash");
    JsonNode own = entry.remove("hash");
    if (entry.path("seq").asLong() != seq) {
      throw broken(seq, "entry " + entry.path("seq").asText() + " stands where " + seq + " should");
    }
    if (previous == null || !previous.asText().equals(hash)) {
      throw broken(seq, "it does not follow the entry before");
    }
    String computed = Digest.of((hash + "\n" + entry).getBytes(StandardCharsets.UTF_8)).hex();
    if (own == null || !own.asText().equals(computed)) {
      throw broken(seq, "it is not what was written");
    }
    hash = computed;
    entries = seq;
    included |= computed.equals(includes);
  }

  /// @throws Failure.Refused where the entry that must be there was not
  void end() {
    if (!included) {
      throw new Failure.Refused(
          "the history does not include an entry with the hash "
              + includes
              + ": it was cut off, or is another one",
          List.of());
    }
  }

  long entries() {
    return entries;
  }

  /// Of the last entry; zeros without one.
  String hash() {
    return hash;
  }

  private static ObjectNode parsed(String line, long seq) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode entry) {
        return entry;
      }
    } catch (JsonProcessingException e) {
      // Said below.
    }
    throw broken(seq, "it is no JSON object");
  }

  private static Failure broken(long seq, String why) {
    return new Failure.Refused("the history is broken at entry " + seq + ": " + why, List.of());
  }
}
