package io.slipway.pipeline.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Hugging Face tokenizer, read from a `tokenizer.json`, whose own truncation and padding are
/// replaced by those of the step. Immutable and thread-safe.
///
/// Uses the library's lowest level, which makes no network calls: DJL's own wrapper queries the
/// cloud machine's identity when a tokenizer is created. It is also set offline, so that it never
/// looks for a native library outside of its own archive, and gets a private folder for unpacking:
/// by default it would load any library found in the user's folder.
final class WordPieces {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The padding tokens to try where the file names none.
  private static final List<String> PADS = List.of("[PAD]", "<pad>");

  /// Why the native library cannot be used; null where it can.
  private static final @Nullable String FAILURE = load();

  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  private static @Nullable String load() {
    System.setProperty("ai.djl.offline", "true");
    try {
      Path folder = Files.createTempDirectory("slipway-tokenizers");
      System.setProperty("ENGINE_CACHE_DIR", folder.toString());
      LibUtils.checkStatus();
      // Once loaded, the file is not opened again.
      remove(folder);
      return null;
    } catch (IOException | RuntimeException e) {
      return "the tokenizer's native library can't be loaded: " + e.getMessage();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// The encoding of one text; the arrays have equal length.
  record Encoded(long[] ids, long[] mask, long[] types) {}

  /// The file is not a usable tokenizer.
  static final class BadTokenizer extends RuntimeException {
    BadTokenizer(String message) {
      super(message);
    }
  }

  private final long handle;
  private final long padding;
  private final long typePadding;

  /// @param json the content of the `tokenizer.json`
  /// @param maxLength the number of tokens, special ones included, to truncate a text to; 0: none
  /// @throws BadTokenizer where `json` is not usable
  WordPieces(String json, int maxLength) {
    if (FAILURE != null) {
      throw new BadTokenizer(FAILURE);
    }
    JsonNode file = parse(json);
    padding = padding(file);
    typePadding = file.path("padding").path("pad_type_id").asLong(0);
    long opened;
    try {
      opened = LIBRARY.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new BadTokenizer("it is not a tokenizer: " + e.getMessage());
    }
    handle = opened;
    CLEANER.register(this, () -> LIBRARY.deleteTokenizer(opened));
    LIBRARY.disablePadding(handle);
    LIBRARY.disableTruncation(handle);
    int special = encode("").ids.length;
    if (maxLength > 0) {
      if (maxLength <= special) {
        throw new BadTokenizer(
            "it adds " + special + " special tokens, which leaves none of " + maxLength);
      }
      LIBRARY.setTruncation(handle, maxLength, "LONGEST_FIRST", 0);
    }
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new BadTokenizer("it is not JSON: " + e.getOriginalMessage());
    }
  }

  /// The id of the padding token.
  long padding() {
    return padding;
  }

  /// The type id of the padding token.
  long typePadding() {
    return typePadding;
  }

  Encoded encode(String text) {
    long encoding = LIBRARY.encode(handle, text, true);
    try {
      return new Encoded(
          LIBRARY.getTokenIds(encoding),
          LIBRARY.getAttentionMask(encoding),
          LIBRARY.getTypeIds(encoding));
    } finally {
      LIBRARY.deleteEncoding(encoding);
      Reference.reachabilityFence(this);
    }
  }

  private static long padding(JsonNode file) {
    JsonNode declared = file.path("padding");
    if (declared.path("direction").asText("Right").equals("Left")) {
      throw new BadTokenizer("it pads on the left, which is not supported");
    }
    if (declared.path("pad_id").isIntegralNumber()) {
      return declared.path("pad_id").longValue();
    }
    for (String pad : PADS) {
      for (JsonNode token : file.path("added_tokens")) {
        if (token.path("content").asText().equals(pad) && token.path("id").isIntegralNumber()) {
          return token.path("id").longValue();
        }
      }
      JsonNode id = file.path("model").path("vocab").path(pad);
      if (id.isIntegralNumber()) {
        return id.longValue();
      }
    }
    throw new BadTokenizer("it names no padding token; set its padding");
  }
}
