package io.slipway.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import io.slipway.bundle.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The signed statement: all files with their digests (an in-toto statement with the predicate of
/// OMS 1.0).
///
/// @param subject a name for display, without effect
/// @param files by path, in the order of the statement
/// @param ignored paths that are not covered, with all their content
record Statement(String subject, Map<String, Digest> files, List<String> ignored) {
  private static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";
  private static final int MOST_FILES = 100_000;

  /// Parses the payload of a valid signature.
  ///
  /// @throws io.slipway.bundle.InvalidBundle where it is not such a statement
  static Statement read(byte[] payload, String where) {
    JsonNode root;
    try {
      root = StrictJson.read(payload);
    } catch (IOException e) {
      throw SignatureFile.bad(where, "signs a payload that is not JSON: " + StrictJson.explain(e));
    }
    require(root.path("_type").asText().equals(STATEMENT_TYPE), where, "no in-toto statement");
    require(
        root.path("predicateType").asText().equals(PREDICATE_TYPE),
        where,
        "a statement of another kind than " + PREDICATE_TYPE);
    JsonNode subject = root.path("subject");
    require(subject.isArray() && subject.size() == 1, where, "not one subject");
    JsonNode predicate = root.path("predicate");
    requireMethod(predicate.path("serialization"), where);
    Map<String, Digest> files = files(predicate.path("resources"), where);
    require(
        root(files).hex().equals(subject.path(0).path("digest").path("sha256").asText()),
        where,
        "a subject whose digest is not that of its files");
    List<String> ignored = new ArrayList<>();
    predicate
        .path("serialization")
        .path("ignore_paths")
        .forEach(path -> ignored.add(path.asText()));
    return new Statement(subject.path(0).path("name").asText(), files, List.copyOf(ignored));
  }

  byte[] write() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("_type", STATEMENT_TYPE);
    root.putArray("subject")
        .addObject()
        .put("name", subject)
        .putObject("digest")
        .put("sha256", root(files).hex());
    root.put("predicateType", PREDICATE_TYPE);
    ObjectNode predicate = root.putObject("predicate");
    ObjectNode serialization = predicate.putObject("serialization");
    serialization.put("method", "files").put("hash_type", "sha256").put("allow_symlinks", false);
    ignored.forEach(serialization.putArray("ignore_paths")::add);
    ArrayNode resources = predicate.putArray("resources");
    for (Map.Entry<String, Digest> file : files.entrySet()) {
      resources
          .addObject()
          .put("name", file.getKey())
          .put("algorithm", "sha256")
          .put("digest", file.getValue().hex());
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void requireMethod(JsonNode serialization, String where) {
    String method = serialization.path("method").asText();
    require(method.equals("files"), where, "\"" + method + "\" instead of whole files (\"files\")");
    String hash = serialization.path("hash_type").asText();
    require(hash.equals("sha256"), where, "hashes of the type \"" + hash + "\" instead of sha256");
  }

  private static Map<String, Digest> files(JsonNode resources, String where) {
    require(
        resources.isArray() && !resources.isEmpty() && resources.size() <= MOST_FILES,
        where,
        "no files, or more than " + MOST_FILES);
    Map<String, Digest> files = new LinkedHashMap<>();
    for (JsonNode resource : resources) {
      String name = resource.path("name").asText();
      String digest = resource.path("digest").asText();
      boolean good = !name.isEmpty() && resource.path("algorithm").asText().equals("sha256");
      try {
        good = good && files.put(name, new Digest(digest)) == null;
      } catch (IllegalArgumentException e) {
        good = false;
      }
      require(good, where, "a file twice, or without a name or its SHA-256: \"" + name + "\"");
    }
    return files;
  }

  /// The digest of the whole: over the files' digests, in the order of the statement.
  private static Digest root(Map<String, Digest> files) {
    MessageDigest sha256 = Digest.sha256();
    files.values().forEach(digest -> sha256.update(digest.bytes()));
    return Digest.of(sha256);
  }

  private static void require(boolean good, String where, String otherwise) {
    if (!good) {
      throw SignatureFile.bad(where, "signs " + otherwise);
    }
  }
}
