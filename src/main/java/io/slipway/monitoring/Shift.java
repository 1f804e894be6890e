package io.slipway.monitoring;

import io.slipway.pipeline.profile.Origin;
import io.slipway.pipeline.profile.Profile;

/// How far one property of a window is from its baseline.
///
/// If nothing has changed, T = PSI/(1/n + 1/m) follows the chi-square distribution with B − 1
/// degrees of freedom, where n and m are the rows of the window and of the reference and B is the
/// number of cells (Yurdakul 2018). At a true shift δ it is non-central by δ/(1/n + 1/m). So a
/// shift is tested for being larger than δ, at any number of rows.
///
/// @param rows of the window
/// @param unit 1/n + 1/m, times the over-dispersion
/// @param ratio T/(B − 1) without regard to over-dispersion; 1 on average if nothing has changed
/// @param psi the estimate, less the bias that chance adds
/// @param lower the lower limit of the 95 % interval of the shift
/// @param upper the upper limit
/// @param pWarning the probability of such a window if the shift is at the limit for a warning
/// @param pDrift the same for drift
record Shift(
    Profile profile,
    long[] counts,
    long rows,
    int cells,
    double unit,
    double ratio,
    double psi,
    double lower,
    double upper,
    double pWarning,
    double pDrift) {
  private static final double TAIL = 0.025;

  /// The probability with which a shift of the size [#detectable] is found.
  private static final double POWER = 0.8;

  /// @param counts of the window in the cells of the profile
  /// @param inflation how much more windows vary than by chance; 1 where they do not
  static Shift of(Profile profile, long[] counts, double inflation, DriftLimits limits) {
    Contingency cells = Contingency.deciding(profile, counts);
    double n = cells.n();
    double m = cells.m();
    if (n == 0 || m == 0) {
      return new Shift(
          profile, counts, (long) n, cells.cells(), 0, 1, 0, 0, Double.MAX_VALUE, 1, 1);
    }
    double unit = 1 / n + 1 / m;
    int degrees = cells.cells() - 1;
    if (degrees == 0) {
      return new Shift(profile, counts, (long) n, 1, unit, 1, 0, 0, 0, 1, 1);
    }
    double psi = cells.psi();
    double scaled = unit * inflation;
    double statistic = psi / scaled;
    return new Shift(
        profile,
        counts,
        (long) n,
        cells.cells(),
        scaled,
        psi / unit / degrees,
        Math.max(0, psi - degrees * scaled),
        scaled * ChiSquare.nonCentrality(statistic, degrees, TAIL),
        // As if it were not below its mean: with few rows, half a row per cell hides much.
        scaled * ChiSquare.nonCentrality(Math.max(statistic, degrees), degrees, 1 - TAIL),
        ChiSquare.upperTail(statistic, degrees, limits.warning() / scaled),
        ChiSquare.upperTail(statistic, degrees, limits.drift() / scaled));
  }

  /// Its name among all properties of a version.
  String key() {
    return key(profile);
  }

  static String key(Profile profile) {
    return profile.origin() == Origin.OUTPUT ? "output." + profile.name() : profile.name();
  }

  /// The smallest shift that this window would have shown as a warning in four cases of five.
  ///
  /// @param level the probability of a false alarm for this property
  double detectable(DriftLimits limits, double level) {
    if (unit == 0 || cells < 2) {
      return Double.MAX_VALUE;
    }
    int degrees = cells - 1;
    double critical = ChiSquare.quantile(level, degrees, limits.warning() / unit);
    return unit * ChiSquare.nonCentrality(critical, degrees, POWER);
  }

  /// Whether neither drift nor its absence is shown by this window alone.
  boolean undecided(DriftLimits limits) {
    return upper >= limits.drift();
  }

  /// Whether there is no sign of a shift above the limits.
  boolean calm(DriftLimits limits) {
    return rows > 0 && upper < limits.drift() && psi < limits.warning();
  }
}
