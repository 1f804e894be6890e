package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads one tensor from nested JSON arrays: row-major, of equal length at each level, as deep as
/// the graph declares.
final class NestedArray {
  private final String dtype;
  private final List<Long> declared;
  private final long[] shape;
  private double[] numbers = new double[16];
  private long[] wholes = new long[0];
  private final List<String> strings = new ArrayList<>();
  private int count;

  NestedArray(String dtype, List<Long> declared) {
    this.dtype = dtype;
    this.declared = declared;
    shape = new long[declared.size()];
    Arrays.fill(shape, -1);
    if (isWhole()) {
      wholes = new long[16];
    }
  }

  private boolean isWhole() {
    return dtype.equals("int64")
        || dtype.equals("int32")
        || dtype.equals("uint8")
        || dtype.equals("int8");
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
    return switch (dtype) {
      case "string" -> new Tensor.Strings(shape, strings.toArray(String[]::new));
      case "int64", "int32", "uint8", "int8" -> Tensors.ofWholes(dtype, shape, wholes, count);
      default -> Tensors.ofNumbers(dtype, shape, numbers, count);
    };
  }

  private void read(JsonParser parser, int level) throws IOException {
    if (level == shape.length) {
      element(parser);
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

  private void element(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    boolean number = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    switch (dtype) {
      case "string" -> {
        if (token != JsonToken.VALUE_STRING) {
          throw wrong(parser);
        }
        strings.add(Tokens.text(parser));
      }
      case "bool" -> {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
          throw wrong(parser);
        }
        add(token == JsonToken.VALUE_TRUE ? 1 : 0);
      }
      case "int64", "int32", "uint8", "int8" -> {
        if (token != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw wrong(parser);
        }
        add(parser, parser.getLongValue());
      }
      default -> {
        if (!number || !Double.isFinite(parser.getDoubleValue())) {
          throw wrong(parser);
        }
        add(parser.getDoubleValue());
      }
    }
  }

  private void add(double value) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, count * 2);
    }
    numbers[count++] = value;
  }

  private void add(JsonParser parser, long value) throws IOException {
    boolean fits =
        switch (dtype) {
          case "int32" -> value == (int) value;
          case "uint8" -> value >= 0 && value <= 255;
          case "int8" -> value == (byte) value;
          default -> true;
        };
    if (!fits) {
      throw wrong(parser);
    }
    if (count == wholes.length) {
      wholes = Arrays.copyOf(wholes, count * 2);
    }
    wholes[count++] = value;
  }

  private RefusedInput.Invalid wrong(JsonParser parser) throws IOException {
    return refuse("wrong_type", "expected " + dtype + ", got " + Tokens.describe(parser));
  }

  private static RefusedInput.Invalid refuse(String code, String message) {
    return new RefusedInput.Invalid("", code, message);
  }
}
