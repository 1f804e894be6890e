package io.slipway.monitoring;

/// The upper tails of the chi-square distributions, central and non-central.
final class ChiSquare {
  private static final double EPSILON = 1e-17;

  /// Beyond this distance of the roots, a tail is below the smallest double.
  private static final double FAR = 40;

  private static final double LOG_ROOT_2_PI = 0.5 * Math.log(2 * Math.PI);

  private ChiSquare() {}

  /// The probability of more than `x`.
  static double upperTail(double x, double degrees) {
    return x <= 0 ? 1 : upperGamma(degrees / 2, x / 2);
  }

  /// The probability of more than `x` where the non-centrality is `lambda`: a mixture of central
  /// tails, weighted by a Poisson distribution. All its terms are positive, so that small
  /// probabilities are as precise as large ones.
  static double upperTail(double x, double degrees, double lambda) {
    if (lambda <= 0) {
      return upperTail(x, degrees);
    }
    if (x <= 0) {
      return 1;
    }
    if (Math.sqrt(x) - Math.sqrt(lambda + degrees) > FAR) {
      return 0;
    }
    double h = lambda / 2;
    double y = x / 2;
    double a = degrees / 2;
    double tail = upperGamma(a, y);
    double logWeight = -h;
    double logStep = a * Math.log(y) - y - logGamma(a + 1);
    double sum = 0;
    for (int j = 0; ; j++) {
      double term = Math.exp(logWeight) * tail;
      sum += term;
      if (j > h && (term < EPSILON * sum || j > h + y + 1_000)) {
        return Math.min(1, sum);
      }
      tail = Math.min(1, tail + Math.exp(logStep));
      logStep += Math.log(y) - Math.log(a + j + 1);
      logWeight += Math.log(h) - Math.log(j + 1.0);
    }
  }

  /// The non-centrality at which the probability of more than `x` is `p`; 0 where it is larger
  /// without any.
  static double nonCentrality(double x, double degrees, double p) {
    if (upperTail(x, degrees) >= p) {
      return 0;
    }
    double high = Math.max(1, x);
    while (upperTail(x, degrees, high) < p) {
      high *= 2;
    }
    double low = 0;
    while (high - low > 1e-9 * high) {
      double middle = (low + high) / 2;
      if (upperTail(x, degrees, middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// The value that is exceeded with the probability `p`.
  static double quantile(double p, double degrees, double lambda) {
    double low = 0;
    double high = degrees + lambda + 1;
    while (upperTail(high, degrees, lambda) > p) {
      low = high;
      high *= 2;
    }
    while (high - low > 1e-9 * high) {
      double middle = (low + high) / 2;
      if (upperTail(middle, degrees, lambda) > p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// The regularised upper incomplete gamma function.
  private static double upperGamma(double a, double y) {
    double scale = Math.exp(a * Math.log(y) - y - logGamma(a));
    return y < a + 1 ? 1 - scale * series(a, y) : scale * fraction(a, y);
  }

  private static double series(double a, double y) {
    double term = 1 / a;
    double sum = term;
    for (double n = a + 1; term > EPSILON * sum; n++) {
      term *= y / n;
      sum += term;
    }
    return sum;
  }

  /// The continued fraction, by Lentz's method.
  private static double fraction(double a, double y) {
    double b = y + 1 - a;
    double c = Double.MAX_VALUE;
    double d = 1 / b;
    double h = d;
    for (int i = 1; i < 10_000; i++) {
      double n = -i * (i - a);
      b += 2;
      d = 1 / nonZero(n * d + b);
      c = nonZero(b + n / c);
      double factor = d * c;
      h *= factor;
      if (Math.abs(factor - 1) < 1e-16) {
        break;
      }
    }
    return h;
  }

  private static double nonZero(double x) {
    return Math.abs(x) < 1e-300 ? 1e-300 : x;
  }

  /// The logarithm of the gamma function of a positive number: Stirling's series, after a shift.
  static double logGamma(double x) {
    double shift = 1;
    double z = x;
    while (z < 16) {
      shift *= z;
      z++;
    }
    double square = 1 / (z * z);
    double series =
        (1.0 / 12
                - square
                    * (1.0 / 360
                        - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))))
            / z;
    return (z - 0.5) * Math.log(z) - z + LOG_ROOT_2_PI + series - Math.log(shift);
  }
}
