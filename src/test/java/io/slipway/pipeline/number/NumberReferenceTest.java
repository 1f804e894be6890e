package io.slipway.pipeline.number;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.Chain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Steps on numbers, categories and dates against what scikit-learn, NumPy and pandas computed
/// (`src/test/python/number_reference.py`).
class NumberReferenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  @TestFactory
  List<DynamicTest> stepsEqualTheTrainingLibrary() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = getClass().getResourceAsStream("/pipeline/number/reference.json")) {
      for (JsonNode reference : JSON.readTree(in)) {
        tests.add(
            DynamicTest.dynamicTest(reference.get("name").textValue(), () -> verify(reference)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests;
  }

  private void verify(JsonNode reference) throws IOException {
    ObjectNode input = JSON.createObjectNode();
    input.set("fields", reference.get("fields"));
    Chain chain =
        Chain.of(
            Files.createTempDirectory(temp, "chain"),
            input.toString(),
            reference.get("preprocessing").toString());
    assertThat(chain.findings()).isEmpty();
    double tolerance = reference.get("tolerance").doubleValue();
    for (int i = 0; i < reference.get("rows").size(); i++) {
      Object actual = chain.run(reference.get("rows").get(i), reference.get("out").textValue());
      JsonNode expected = reference.get("expected").get(i);
      if (actual instanceof double[] vector) {
        assertThat(vector).hasSize(expected.size());
        for (int j = 0; j < vector.length; j++) {
          assertClose(vector[j], expected.get(j), tolerance, i);
        }
      } else {
        assertClose((Double) actual, expected, tolerance, i);
      }
    }
  }

  private static void assertClose(double actual, JsonNode expected, double tolerance, int row) {
    double wanted = expected.isNull() ? Double.NaN : expected.doubleValue();
    if (Double.isNaN(wanted)) {
      assertThat(actual).as("row %d", row).isNaN();
    } else {
      assertThat(Math.abs(actual - wanted))
          .as("row %d: %s, expected %s", row, actual, wanted)
          .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(wanted)));
    }
  }
}
