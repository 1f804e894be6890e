package io.slipway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Verifies the hash chain of an exported audit log, independently of the registry's code: the hash
/// of an entry is the SHA-256 of the previous hash, a line feed, and the entry's members without
/// the two hashes, as compact JSON in their order.
final class AuditChain {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GENESIS = "0".repeat(64);

  private static final Pattern HEAD = Pattern.compile("(?:([0-9]{1,18}):)?([0-9a-f]{64})");

  private final @Nullable String includes;
  private final @Nullable Long number;
  private String hash = GENESIS;
  private long entries;
  private boolean included;

  /// @param head the hash that an entry must have, or its number, a colon and its hash; null for
  ///     none
  /// @throws Failure.Misused where `head` is neither
  AuditChain(@Nullable String head) {
    if (head == null) {
      this.includes = null;
      this.number = null;
    } else {
      Matcher parts = HEAD.matcher(head);
      if (!parts.matches()) {
        throw new Failure.Misused(
            "--includes takes HASH or NUMBER:HASH, with a hash of 64 hexadecimal digits");
      }
      this.includes = parts.group(2);
      this.number = parts.group(1) == null ? null : Long.valueOf(parts.group(1));
    }
    this.included = head == null;
  }

  /// Verifies the next line.
  ///
  /// @throws Failure.Refused where the chain is broken
  void next(String line) {
    long seq = entries + 1;
    // Some editors write a byte order mark.
    ObjectNode entry =
        parsed(seq == 1 && line.startsWith("\ufeff") ? line.substring(1) : line, seq);
    JsonNode previous = entry.remove("previous_hash");
    JsonNode own = entry.remove("hash");
    if (entry.path("seq").asLong() != seq) {
      throw broken(seq, "found entry " + entry.path("seq").asText() + " instead of " + seq);
    }
    if (previous == null || !previous.asText().equals(hash)) {
      throw broken(seq, "it does not follow the previous entry");
    }
    String computed = Digest.of((hash + "\n" + entry).getBytes(StandardCharsets.UTF_8)).hex();
    if (own == null || !own.asText().equals(computed)) {
      throw broken(seq, "its content was changed");
    }
    hash = computed;
    entries = seq;
    included |= computed.equals(includes) && (number == null || number == seq);
  }

  /// @throws Failure.Refused where the required hash was not found
  void end() {
    if (!included) {
      throw new Failure.Refused(
          "the history does not contain an entry "
              + (number == null ? "" : number + " ")
              + "with the hash "
              + includes
              + ": it was truncated, or is another one",
          List.of());
    }
  }

  long entries() {
    return entries;
  }

  /// The hash of the last entry; zeros before the first.
  String hash() {
    return hash;
  }

  private static ObjectNode parsed(String line, long seq) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode entry) {
        return entry;
      }
    } catch (JsonProcessingException e) {
      // Reported below.
    }
    throw broken(seq, "it is not a JSON object");
  }

  private static Failure broken(long seq, String why) {
    return new Failure.Refused("the history is broken at entry " + seq + ": " + why, List.of());
  }
}
