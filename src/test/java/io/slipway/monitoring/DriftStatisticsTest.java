package io.slipway.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.pipeline.profile.Origin;
import io.slipway.pipeline.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The statistics of drift against SciPy's (`src/test/python/drift_reference.py`).
class DriftStatisticsTest {
  private static final JsonNode REFERENCE = reference();

  private static JsonNode reference() {
    try {
      return new ObjectMapper()
          .readTree(Path.of("src/test/resources/monitoring/reference.json").toFile());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asLong();
    }
    return values;
  }

  private static void near(double computed, JsonNode expected) {
    assertThat(computed)
        .isCloseTo(expected.asDouble(), within(1e-9 * Math.abs(expected.asDouble()) + 1e-15));
  }

  @Test
  void theTailsOfChiSquareAreThoseOfSciPy() {
    for (JsonNode tail : REFERENCE.path("tails")) {
      double x = tail.get(0).asDouble();
      double computed = ChiSquare.upperTail(x, tail.get(1).asDouble(), tail.get(2).asDouble());
      assertThat(computed)
          .as("%s", tail)
          .isCloseTo(tail.get(3).asDouble(), within(1e-9 * tail.get(3).asDouble()));
    }
  }

  @Test
  void tailsFarOutAreZeroAndNeverNaN() {
    for (double lambda : new double[] {0, 1e-9, 1, 5_000}) {
      assertThat(ChiSquare.upperTail(1e6, 19, lambda)).isBetween(0.0, 1e-200);
      assertThat(ChiSquare.upperTail(0, 19, lambda)).isEqualTo(1);
      assertThat(ChiSquare.upperTail(1e-9, 19, lambda)).isBetween(0.999, 1.0);
    }
  }

  @Test
  void nonCentralityAndQuantileUndoTheTail() {
    for (double degrees : new double[] {1, 19, 50}) {
      for (double lambda : new double[] {3, 40, 900}) {
        double x = ChiSquare.quantile(0.01, degrees, lambda);
        assertThat(ChiSquare.upperTail(x, degrees, lambda)).isCloseTo(0.01, within(1e-6));
        assertThat(ChiSquare.nonCentrality(x, degrees, 0.01))
            .isCloseTo(lambda, within(1e-5 * lambda));
      }
    }
    assertThat(ChiSquare.nonCentrality(0.1, 19, 0.025)).isZero();
  }

  @Test
  void distancesOnGivenBinsAreThoseOfSciPy() {
    for (JsonNode sample : REFERENCE.path("samples")) {
      long[] reference = longs(sample.path("reference"));
      long[] window = longs(sample.path("window"));
      Contingency cells = Contingency.occurring(reference, window);
      near(cells.psi(), sample.path("psi"));
      near(cells.jensenShannon(), sample.path("jensen_shannon"));
      near(cells.chiSquare(), sample.path("chi_square"));
      near(
          ChiSquare.upperTail(cells.chiSquare(), cells.cells() - 1.0), sample.path("chi_square_p"));
      near(Distances.kolmogorovSmirnov(reference, window), sample.path("kolmogorov_smirnov"));
      near(
          Distances.wasserstein(between(sample.path("edges"), reference), window),
          sample.path("wasserstein"));
    }
  }

  /// A number with bins between the given edges, of which the outer ones are its extremes.
  private static Profile.Measure between(JsonNode edges, long[] counts) {
    double[] inner = new double[counts.length - 1];
    for (int i = 0; i < inner.length; i++) {
      inner[i] = edges.get(i + 1).asDouble();
    }
    double min = edges.get(0).asDouble();
    double max = edges.get(counts.length).asDouble();
    return new Profile.Measure("x", Origin.FIELD, 0, min, max, 0, 1, inner, inner, counts);
  }

  @Test
  void evidenceIsThatOfVovkAndWang() {
    for (JsonNode pair : REFERENCE.path("evidence")) {
      near(Evidence.of(pair.get(0).asDouble()), pair.get(1));
    }
    assertThat(Evidence.of(0)).isFinite().isGreaterThan(1e290);
    assertThat(Evidence.of(1)).isEqualTo(0.5);
    assertThat(Evidence.gathered(1e299, 1e299)).isFinite();
  }

  @Test
  void theFalseDiscoveryRateIsControlledOverAllProperties() {
    assertThat(Evidence.rejected(new double[] {0.2, 0.001, 0.012, 0.9}, 0.05))
        .containsExactly(false, true, true, false);
    assertThat(Evidence.rejected(new double[] {0.2, 0.03}, 0.01)).containsExactly(false, false);
    assertThat(Evidence.rejected(new double[0], 0.05)).isEmpty();
    assertThat(Evidence.rejectedByEvidence(new double[] {1, 5_000}, 0.001))
        .containsExactly(false, true);
  }
}
