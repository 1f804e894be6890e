package io.slipway;

/// The seed of property-style tests. Without more it is the same in every run, so that one commit
/// has one result. `-Dslipway.seed=random` draws a new one, to search further; `-Dslipway.seed=N`
/// repeats a run. It is printed.
public final class Seed {
  private static final String SETTING = System.getProperty("slipway.seed", "");
  private static final long DRAWN = System.nanoTime();

  private Seed() {}

  /// The seed of one property; different properties have different ones.
  ///
  /// @param what the property, for the line that prints the seed
  public static long of(String what) {
    long seed =
        switch (SETTING) {
          case "" -> what.hashCode();
          case "random" -> DRAWN + what.hashCode();
          default -> Long.parseLong(SETTING);
        };
    System.out.println("seed of " + what + ": " + seed);
    return seed;
  }
}
