package io.slipway.registry;

import java.util.List;
import java.util.regex.Pattern;

/// The kinds of events that somebody wants: names such as `promoted`, or `rollout.*` for all that
/// begin with `rollout.`, or `*`. Names that this release does not know are fine: a later release
/// may write them. Immutable.
///
/// @param patterns none stands for all kinds
public record EventKinds(List<String> patterns) {
  public static final EventKinds ALL = new EventKinds(List.of());

  /// What one listener may list.
  private static final int MOST = 50;

  private static final String NAME = "[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*";
  private static final int LONGEST = 100;
  private static final Pattern KIND = Pattern.compile(NAME);
  private static final Pattern WANTED = Pattern.compile(NAME + "(\\.\\*)?|\\*");

  /// The kinds that this release writes.
  private static final List<String> KNOWN =
      List.of(
          "registered",
          "promoted",
          "rolled_back",
          "alias_moved",
          "changed",
          "deleted",
          "version.rejected",
          "key.created",
          "key.revoked",
          "prediction_id_key.rotated",
          "audit.acknowledged",
          Scrubber.DAMAGED);

  /// @throws IllegalArgumentException if a pattern is malformed, or there are too many
  public EventKinds {
    patterns = List.copyOf(patterns);
    if (patterns.size() > MOST) {
      throw new IllegalArgumentException("at most " + MOST + " kinds of events can be listed");
    }
    for (String pattern : patterns) {
      if (pattern.length() > LONGEST || !WANTED.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            "'"
                + (pattern.length() > LONGEST ? pattern.substring(0, LONGEST) + "…" : pattern)
                + "' is not a kind of event; expected a name such as promoted, or rollout.* for"
                + " all names that begin with rollout.");
      }
    }
  }

  /// @throws IllegalArgumentException if `kind` can't be the kind of an event
  static void require(String kind) {
    if (kind.length() > LONGEST || !KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("'" + kind + "' is not a kind of event");
    }
  }

  public boolean match(String kind) {
    return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, kind));
  }

  /// The patterns that match no kind of this release.
  public List<String> unknown() {
    return patterns.stream()
        .filter(pattern -> KNOWN.stream().noneMatch(kind -> matches(pattern, kind)))
        .toList();
  }

  private static boolean matches(String pattern, String kind) {
    return pattern.endsWith("*")
        ? kind.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(kind);
  }
}
