package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.ElementType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Reads one tensor from nested JSON arrays: row-major, of equal length at each level, as deep as
/// the graph declares.
final class NestedArray {
  private final List<Long> declared;
  private final long[] shape;
  private final TensorBuilder elements;

  NestedArray(ElementType type, List<Long> declared) {
    this.declared = declared;
    shape = new long[declared.size()];
    Arrays.fill(shape, -1);
    elements = TensorBuilder.growing(type);
  }

  Tensor read(JsonParser parser) throws IOException {
    read(parser, 0);
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Math.max(shape[i], 0);
      if (declared.get(i) >= 0 && declared.get(i) != shape[i]) {
        throw refuse(
            "wrong_shape", "expected the shape " + declared + ", got " + Arrays.toString(shape));
      }
    }
    return elements.build(shape);
  }

  private void read(JsonParser parser, int level) throws IOException {
    if (level == shape.length) {
      elements.add(parser, false);
      return;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw refuse(
          "wrong_shape",
          "expected arrays nested "
              + shape.length
              + " deep, got "
              + Tokens.describe(parser)
              + " at depth "
              + level);
    }
    int length = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      read(parser, level + 1);
      length++;
    }
    if (shape[level] >= 0 && shape[level] != length) {
      throw refuse("wrong_shape", "expected arrays of equal length at depth " + level);
    }
    shape[level] = length;
  }

  private static RefusedInput.Invalid refuse(String code, String message) {
    return new RefusedInput.Invalid("", code, message);
  }
}
