package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDifferenceTest {
  private static JsonDifference between(String expected, String got) throws Exception {
    ObjectMapper json = new ObjectMapper();
    return JsonDifference.between(json.readTree(expected), json.readTree(got), 0.01);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1} | {\"a\": 1.0}",
        "{\"a\": 1} | {\"a\": 1.019}",
        "{\"a\": 100} | {\"a\": 101.009}",
        "{\"a\": -100} | {\"a\": -101.009}",
        "{\"a\": [1, \"x\", null, true]} | {\"a\": [1.001, \"x\", null, true]}",
        "{\"a\": 1, \"b\": {\"c\": \"d\"}} | {\"b\": {\"c\": \"d\"}, \"a\": 1}"
      })
  void outputsWithinToleranceAreTheSame(String expected, String got) throws Exception {
    assertThat(between(expected, got).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1} | {\"a\": 1.021} | output/a: expected 1, got 1.021 (tolerance 0.01)",
        "{\"a\": 0} | {\"a\": 0.011} | output/a: expected 0, got 0.011 (tolerance 0.01)",
        "{\"label\": \"stay\"} | {\"label\": \"churn\"} | output/label: expected \"stay\", got"
            + " \"churn\"",
        "{\"a\": 1} | {\"b\": 1} | output: expected the members [a], got [b]",
        "{\"a\": 1} | {\"a\": 1, \"b\": 1} | output: expected the members [a], got [a, b]",
        "{\"a\": [1]} | {\"a\": [1, 2]} | output/a: expected an array of 1, got an array of 2",
        "{\"a\": 1} | {\"a\": \"1\"} | output/a: expected 1, got \"1\"",
        "{\"a\": {\"b\": [1, 2]}} | {\"a\": {\"b\": [1, 3]}} | output/a/b/1: expected 2, got 3"
            + " (tolerance 0.01)"
      })
  void otherOutputsAreNamedWithTheirPath(String expected, String got, String words)
      throws Exception {
    assertThat(between(expected, got)).hasToString(words);
  }

  @Test
  void whatIsNotANumberIsNotWithinAnyTolerance() {
    JsonNode one = DoubleNode.valueOf(1);
    JsonNode nan = DoubleNode.valueOf(Double.NaN);
    assertThat(JsonDifference.between(one, nan, 1e9).isEmpty()).isFalse();
    assertThat(JsonDifference.between(nan, one, 1e9).isEmpty()).isFalse();
  }

  @Test
  void theLargestDifferenceCountsAlsoWhereItIsTolerated() throws Exception {
    JsonDifference difference = between("{\"a\": 100, \"b\": 1}", "{\"a\": 100.5, \"b\": 1}");
    assertThat(difference.isEmpty()).isTrue();
    assertThat(difference.largest()).isEqualTo(0.5);
  }

  @Test
  void manyDifferencesAreCutShort() {
    var expected = JsonNodeFactory.instance.objectNode();
    var got = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < 20; i++) {
      expected.put("m" + i, i);
      got.put("m" + i, -i - 1);
    }
    assertThat(JsonDifference.between(expected, got, 0).toString()).endsWith("; and 16 more");
  }
}
