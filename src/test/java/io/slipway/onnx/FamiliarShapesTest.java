package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FamiliarShapesTest {
  private static Graph.Signature signature(Long... shape) {
    return new Graph.Signature(
        Map.of("x", new Graph.Port("float32", List.of(shape), List.of("", "", ""))), Map.of());
  }

  private static Map<String, Tensor> input(long... shape) {
    return Map.of("x", new Tensor.Floats(shape, FloatBuffer.allocate((int) Tensor.count(shape))));
  }

  @Test
  void aShapeIsFamiliarOnceARunOverItHasEndedWhateverTheNumberOfRows() {
    FamiliarShapes familiar = new FamiliarShapes(signature(-1L, -1L, 2L), true);
    assertThat(familiar.know(input(1, 2, 2), 1)).isFalse();
    familiar.add(input(1, 2, 2), 1);
    assertThat(familiar.know(input(1, 2, 2), 1)).isTrue();
    assertThat(familiar.know(input(5, 2, 2), 5)).isTrue();
    assertThat(familiar.know(input(1, 1, 2), 1)).isFalse();
    assertThat(familiar.know(input(2, 2, 2), 1)).as("two of one row").isFalse();
  }

  @Test
  void whereOnlyTheNumberOfRowsIsFreeEveryShapeIsFamiliar() {
    assertThat(new FamiliarShapes(signature(-1L, 3L, 2L), true).know(input(7, 3, 2), 7)).isTrue();
    assertThat(new FamiliarShapes(signature(1L, 3L, 2L), false).know(input(1, 3, 2), 1)).isTrue();
    assertThat(new FamiliarShapes(signature(-1L, 3L, 2L), false).know(input(7, 3, 2), 1))
        .as("the first dimension counts no rows")
        .isFalse();
  }

  @Test
  void ofManyShapesOnlySomeAreKept() {
    FamiliarShapes familiar = new FamiliarShapes(signature(-1L, -1L, 2L), true);
    for (int i = 1; i <= 5_000; i++) {
      familiar.add(input(1, i, 1), 1);
    }
    assertThat(familiar.know(input(1, 4_000, 1), 1)).isTrue();
    assertThat(familiar.know(input(1, 5_000, 1), 1)).isFalse();
  }
}
