package io.slipway.registry.tracking;

import java.util.List;
import java.util.random.RandomGenerator;

/// Makes up names for runs whose clients give none, such as `calm-heron-417`.
final class RunNames {
  private static final List<String> ADJECTIVES =
      List.of(
          "amber", "brisk", "calm", "clever", "eager", "fair", "gentle", "happy", "keen", "lively",
          "merry", "mild", "noble", "proud", "quick", "quiet", "rapid", "shiny", "steady", "sunny",
          "swift", "tidy", "vivid", "warm", "wise", "witty");

  private static final List<String> NOUNS =
      List.of(
          "anchor", "badger", "beacon", "cedar", "comet", "crane", "falcon", "fern", "finch",
          "harbor", "heron", "juniper", "lantern", "lark", "maple", "meadow", "otter", "pebble",
          "quay", "raven", "river", "sparrow", "spruce", "summit", "thistle", "willow");

  private static final int NUMBERS = 1_000;

  private RunNames() {}

  static String next(RandomGenerator random) {
    return ADJECTIVES.get(random.nextInt(ADJECTIVES.size()))
        + "-"
        + NOUNS.get(random.nextInt(NOUNS.size()))
        + "-"
        + random.nextInt(NUMBERS);
  }
}
