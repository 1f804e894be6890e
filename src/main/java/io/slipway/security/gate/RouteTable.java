package io.slipway.security.gate;

import io.slipway.security.Permission;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Paths and methods, and what they take. A path has segments, `{name}` for any one and `**` at its
/// end for any number; what is written out goes before what is not. Immutable once built.
final class RouteTable {
  static final String MODEL = "{model}";
  private static final String REST = "**";

  /// One step of a path.
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    final Map<String, Need> methods = new TreeMap<>();
    @Nullable Node any;
    boolean model;
    @Nullable Node rest;
  }

  /// What is known of a path.
  ///
  /// @param methods what each method takes; HEAD is GET
  /// @param model that the path names; null where it names none
  record Match(Map<String, Need> methods, @Nullable String model) {
    @Nullable Need need(String method) {
      return methods.get(method.equals("HEAD") ? "GET" : method);
    }
  }

  private final Node root = new Node();
  private final Map<String, Need> lines = new LinkedHashMap<>();

  /// Adds a line to the table.
  RouteTable add(String method, String path, Reach reach, Permission permission) {
    Need need = new Need(reach, permission);
    Node node = root;
    for (String segment : path.substring(1).split("/", -1)) {
      node = next(node, segment);
    }
    if (node.methods.put(method, need) != null) {
      throw new IllegalArgumentException(method + " " + path + " is there twice");
    }
    lines.put(method + " " + path, need);
    return this;
  }

  private static Node next(Node node, String segment) {
    if (segment.equals(REST)) {
      node.rest = node.rest == null ? new Node() : node.rest;
      return node.rest;
    }
    if (segment.startsWith("{")) {
      node.any = node.any == null ? new Node() : node.any;
      node.any.model |= segment.equals(MODEL);
      return node.any;
    }
    return node.children.computeIfAbsent(segment, _ -> new Node());
  }

  /// Every line, `METHOD path`, in the order in which it was added.
  Map<String, Need> lines() {
    return lines;
  }

  /// What `path` takes; null where there is nothing. A slash at its end does not count.
  ///
  /// @param path in its normal form
  @Nullable Match find(String path) {
    boolean slash = path.length() > 1 && path.endsWith("/");
    return find(root, slash ? path.substring(0, path.length() - 1) : path, 1, null);
  }

  private static @Nullable Match find(Node node, String path, int from, @Nullable String model) {
    if (from > path.length()) {
      return node.methods.isEmpty() ? null : new Match(node.methods, model);
    }
    int slash = path.indexOf('/', from);
    int end = slash < 0 ? path.length() : slash;
    String segment = path.substring(from, end);
    Node child = node.children.get(segment);
    Match match = child == null ? null : find(child, path, end + 1, model);
    Node any = node.any;
    if (match == null && any != null && !segment.isEmpty()) {
      match = find(any, path, end + 1, any.model ? named(segment) : model);
    }
    Node rest = node.rest;
    return match == null && rest != null ? new Match(rest.methods, model) : match;
  }

  /// Peers write a verb behind the model: `churn:predict`.
  private static String named(String segment) {
    int colon = segment.indexOf(':');
    return colon < 0 ? segment : segment.substring(0, colon);
  }
}
