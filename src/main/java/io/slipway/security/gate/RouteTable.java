package io.slipway.security.gate;

import io.slipway.security.Permission;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The requirements by path and method. A path has segments; `{name}` matches any one,
/// `{name}:verb` any one that ends with that verb, and `**` at the end any number. Literal segments
/// take precedence. Where a segment has verbs, one with another verb is not found. Immutable once
/// built.
final class RouteTable {
  static final String MODEL = "{model}";
  private static final String REST = "**";

  /// One segment of a path.
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    final Map<String, Node> verbs = new HashMap<>();
    final Map<String, Need> methods = new TreeMap<>();
    @Nullable Node any;
    boolean model;
    @Nullable Node rest;
  }

  /// The entry for a path.
  ///
  /// @param methods the requirement of each method; HEAD counts as GET
  /// @param model in the path; null where it has none
  record Match(Map<String, Need> methods, @Nullable String model) {
    @Nullable Need need(String method) {
      return methods.get(method.equals("HEAD") ? "GET" : method);
    }

    /// The methods that there are, as `Allow` names them.
    String allowed() {
      TreeSet<String> allowed = new TreeSet<>(methods.keySet());
      allowed.add("OPTIONS");
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      return String.join(", ", allowed);
    }

    /// Whether anybody may call all of them, unasked.
    boolean open() {
      return methods.values().stream().allMatch(need -> need.reach() == Reach.OPEN);
    }
  }

  private final Node root = new Node();
  private final Map<String, Need> lines = new LinkedHashMap<>();

  /// Adds an entry.
  RouteTable add(String method, String path, Reach reach, Permission permission) {
    Need need = new Need(reach, permission);
    Node node = root;
    for (String segment : path.substring(1).split("/", -1)) {
      node = next(node, segment);
    }
    if (node.methods.put(method, need) != null) {
      throw new IllegalArgumentException("duplicate route: " + method + " " + path);
    }
    lines.put(method + " " + path, need);
    return this;
  }

  private static Node next(Node node, String segment) {
    if (segment.equals(REST)) {
      node.rest = node.rest == null ? new Node() : node.rest;
      return node.rest;
    }
    int verb = segment.indexOf("}:");
    if (verb > 0) {
      Node named = node.verbs.computeIfAbsent(segment.substring(verb + 2), _ -> new Node());
      named.model |= segment.startsWith(MODEL);
      return named;
    }
    if (segment.startsWith("{")) {
      node.any = node.any == null ? new Node() : node.any;
      node.any.model |= segment.equals(MODEL);
      return node.any;
    }
    return node.children.computeIfAbsent(segment, _ -> new Node());
  }

  /// All entries as `METHOD path`, in the order of their addition.
  Map<String, Need> lines() {
    return lines;
  }

  /// The entry for `path`; null where there is none. A trailing slash is ignored.
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
    int verb = node.verbs.isEmpty() ? -1 : segment.indexOf(':');
    if (verb >= 0) {
      any = node.verbs.get(segment.substring(verb + 1));
    }
    if (match == null && any != null && !segment.isEmpty()) {
      match = find(any, path, end + 1, any.model ? named(segment) : model);
    }
    Node rest = node.rest;
    return match == null && rest != null ? new Match(rest.methods, model) : match;
  }

  /// Removes the verb that compatible APIs write after the model: `churn:predict`.
  private static String named(String segment) {
    int colon = segment.indexOf(':');
    return colon < 0 ? segment : segment.substring(0, colon);
  }
}
