package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.ElementType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Reads one tensor from nested JSON arrays in row-major order. Arrays of a level have equal
/// length. The depth is that of the graph's declaration, or of the first element where it declares
/// none.
final class NestedArray {
  private final List<Long> declared;
  private final TensorBuilder elements;

  /// The length of each level; -1 while unknown.
  private long[] shape;

  /// The depth of the elements; -1 while unknown.
  private int rank;

  /// @param declared the dimensions; -1 where free
  NestedArray(ElementType type, List<Long> declared) {
    this.declared = declared;
    this.rank = declared.size();
    this.shape = unknown(rank);
    this.elements = TensorBuilder.growing(type);
  }

  /// For a tensor with any number of dimensions.
  NestedArray(ElementType type) {
    this.declared = List.of();
    this.rank = -1;
    this.shape = unknown(0);
    this.elements = TensorBuilder.growing(type);
  }

  private static long[] unknown(int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, -1);
    return shape;
  }

  Tensor read(JsonParser parser) throws IOException {
    read(parser, 0);
    for (int i = 0; i < shape.length; i++) {
      long expected = i < declared.size() ? declared.get(i) : -1;
      if (shape[i] < 0) {
        // Below an empty array, only the graph's declaration gives the length.
        shape[i] = Math.max(expected, 0);
      }
      if (expected >= 0 && expected != shape[i]) {
        throw refuse(
            "wrong_shape", "expected the shape " + declared + ", got " + Arrays.toString(shape));
      }
    }
    return elements.build(shape);
  }

  private void read(JsonParser parser, int level) throws IOException {
    boolean array = parser.currentToken() == JsonToken.START_ARRAY;
    if (rank < 0 && !array) {
      rank = level;
    }
    if (level == rank) {
      elements.add(parser, false);
      return;
    }
    if (!array) {
      throw refuse(
          "wrong_shape",
          "expected arrays nested "
              + rank
              + " deep, got "
              + Tokens.describe(parser)
              + " at depth "
              + level);
    }
    if (level == shape.length) {
      shape = Arrays.copyOf(shape, level + 1);
      shape[level] = -1;
    }
    int length = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      read(parser, level + 1);
      length++;
    }
    if (rank < 0) {
      // An empty array shows no deeper level.
      rank = level + 1;
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
