package io.slipway.serving.id;

import org.jspecify.annotations.Nullable;

/// The layout of an id before encryption: 128 bits, most significant first.
///
/// | bits | what | beyond its range |
/// |---|---|---|
/// | 18 | check: zeros | |
/// | 26 | decision: [DecisionBits] | rounded; "too large" and "none" have values of their own |
/// | 24 | version: its row, 1 to 16,777,215 | 0, as where it is not known |
/// | 14 | replica: the number of its start, 1 to 16,383 | the one unused for longest comes again |
/// | 36 | time: milliseconds since the key was made | after 2.17 years ids say nothing |
/// | 10 | count within the millisecond, to 1,023 | the next id takes the next millisecond |
///
/// Decrypting with a wrong key, or a changed or forged id, gives random bits, which pass the check
/// with probability 2^-18 = 1/262,144. Of those, ids with a time in the future or an unknown
/// version are refused too.
///
/// Time and count form one number that only increases, also over restarts ([IdCounter]), so no two
/// ids of one replica number are equal. Keys are replaced after a year, so that the time always
/// fits.
final class IdLayout {
  static final int CHECK = 18;
  static final int COUNT = 10;

  private static final int VERSION = 24;
  private static final int VERSION_LOW = 4;
  private static final int VERSION_HIGH = VERSION - VERSION_LOW;
  private static final int REPLICA = 14;
  private static final int TIME = 36;
  private static final int CHECK_AT = Long.SIZE - CHECK;
  private static final int VERSION_AT = Long.SIZE - VERSION_LOW;
  private static final int REPLICA_AT = TIME + COUNT;

  /// The first millisecond since the key's creation that does not fit.
  static final long END = 1L << TIME;

  static final long LARGEST_VERSION = (1L << VERSION) - 1;

  private IdLayout() {}

  /// The first 64 bits.
  static long high(int decision, long version) {
    return (long) decision << VERSION_HIGH | fitting(version) >>> VERSION_LOW;
  }

  /// The last 64 bits.
  ///
  /// @param moment milliseconds since the key was made, before [#END], and the count
  static long low(long version, int replica, long moment) {
    return fitting(version) << VERSION_AT | (long) replica << REPLICA_AT | moment;
  }

  private static long fitting(long version) {
    return version >= 0 && version <= LARGEST_VERSION ? version : 0;
  }

  /// Decodes the bits; null where they cannot be those of an id.
  ///
  /// @param born the time of the key's creation, in milliseconds since 1970
  static @Nullable IdContent read(long high, long low, long born) {
    if (high >>> CHECK_AT != 0) {
      return null;
    }
    Decision decision = DecisionBits.read((int) (high >>> VERSION_HIGH));
    int replica = (int) (low >>> REPLICA_AT) & (1 << REPLICA) - 1;
    if (decision == null || replica == 0) {
      return null;
    }
    long version = (high & (1L << VERSION_HIGH) - 1) << VERSION_LOW | low >>> VERSION_AT;
    return new IdContent(
        born + (low >>> COUNT & END - 1), version, replica, (int) low & (1 << COUNT) - 1, decision);
  }
}
