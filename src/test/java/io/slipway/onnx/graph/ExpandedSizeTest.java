package io.slipway.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.onnx.graph.OnnxFile.Operator;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpandedSizeTest {
  private static final Operator IDENTITY = new Operator("", "Identity");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 61})
  void functionsThatDoubleAreCounted(int times) {
    assertThat(size(doubling(times), times)).isEqualTo(1L << times);
  }

  @ParameterizedTest
  @ValueSource(ints = {63, 64, 199, 200, 1000})
  void whatCanNotBeCountedIsNotTakenForEndless(int times) {
    assertThat(size(doubling(times), times)).isEqualTo(ExpandedSize.COUNTLESS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 150})
  void functionsThatCallEachOtherAreEndlessHoweverManyNodesTheyHave(int times) {
    Map<Operator, Map<Operator, Long>> functions = doubling(times);
    functions.put(function(0), Map.of(function(times), 1L));
    assertThat(size(functions, times)).isEqualTo(ExpandedSize.ENDLESS);
  }

  @Test
  void aFunctionThatNobodyCallsCountsNothing() {
    Map<Operator, Map<Operator, Long>> functions = doubling(0);
    functions.put(function(1), Map.of(function(1), 1L));
    assertThat(size(functions, 0)).isOne();
  }

  /// The first is one node, each other calls the one before twice.
  private static Map<Operator, Map<Operator, Long>> doubling(int times) {
    Map<Operator, Map<Operator, Long>> functions = new HashMap<>();
    functions.put(function(0), Map.of(IDENTITY, 1L));
    for (int i = 1; i <= times; i++) {
      functions.put(function(i), Map.of(function(i - 1), 2L));
    }
    return functions;
  }

  private static Operator function(int number) {
    return new Operator("local", "F" + number);
  }

  private static long size(Map<Operator, Map<Operator, Long>> functions, int called) {
    return ExpandedSize.of(Map.of(function(called), 1L), functions);
  }
}
