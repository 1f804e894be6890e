package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.ElementType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads named tensors as nested arrays: one member per input of the model.
final class TensorsReader extends ObjectReader {
  private final Map<String, Column> columns = new LinkedHashMap<>();

  TensorsReader(Graph.Signature model, CompileScope scope) {
    model
        .inputs()
        .forEach(
            (name, port) ->
                columns.put(
                    name,
                    scope.input(
                        name, new ColumnType.Direct(port.dtype(), port.shape(), port.ranked()))));
  }

  @Override
  void read(JsonParser parser, Frame frame) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      parser.nextToken();
    } else if (parser.currentToken() != JsonToken.FIELD_NAME) {
      throw new RefusedInput.Invalid(
          "",
          "wrong_type",
          "expected an object with the tensors "
              + columns.keySet()
              + ", got "
              + Tokens.describe(parser));
    }
    Violations violations = new Violations();
    for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
      String name = parser.currentName();
      Column column = columns.get(name);
      parser.nextToken();
      if (column == null) {
        violations.add(
            Tokens.shorten(name), "unknown_field", "the model has the inputs " + columns.keySet());
        parser.skipChildren();
        continue;
      }
      try {
        ColumnType.Direct type = (ColumnType.Direct) column.type();
        ElementType elements = type(type.dtype());
        NestedArray array =
            type.ranked() ? new NestedArray(elements, type.shape()) : new NestedArray(elements);
        frame.object(column.slot(), array.read(parser));
      } catch (RefusedInput.Invalid e) {
        throw new RefusedInput.Invalid(
            Violations.pointer(name),
            e.violations().getFirst().code(),
            e.violations().getFirst().message());
      }
    }
    for (Map.Entry<String, Column> column : columns.entrySet()) {
      if (frame.object(column.getValue().slot()) == null) {
        violations.add(column.getKey(), "missing_field", "is missing; expected nested arrays");
      }
    }
    violations.raise();
  }

  /// Stores all tensors of an object in `frame`.
  void read(Map<String, Tensor> tensors, Frame frame) {
    columns.forEach((name, column) -> frame.object(column.slot(), tensors.get(name)));
  }

  private static ElementType type(String dtype) {
    ElementType type = ElementType.of(dtype);
    if (type == null) {
      throw new IllegalStateException("a model takes " + dtype);
    }
    return type;
  }

  @Override
  Map<String, ColumnPort> columns() {
    return Map.of();
  }

  @Override
  boolean hasMember(String name) {
    return columns.containsKey(name);
  }
}
