package io.slipway.api.predict;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.frame.Graph;

/// The JSON Schema of a tensor as nested arrays.
final class TensorJsonSchema {
  private TensorJsonSchema() {}

  static ObjectNode of(Graph.Port port) {
    ObjectNode schema =
        element(port.dtype())
            .put("description", port.dtype() + " " + port.shape() + ", -1 where it varies");
    ObjectNode whole = schema;
    for (int i = port.shape().size() - 1; i >= 0; i--) {
      String description = whole.remove("description").textValue();
      ObjectNode outer = JsonNodeFactory.instance.objectNode().put("type", "array");
      outer.set("items", whole);
      long dimension = port.shape().get(i);
      if (dimension >= 0) {
        outer.put("minItems", dimension).put("maxItems", dimension);
      }
      whole = outer.put("description", description);
    }
    return whole;
  }

  private static ObjectNode element(String dtype) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    return switch (dtype) {
      case "string" -> schema.put("type", "string");
      case "bool" -> schema.put("type", "boolean");
      case "float32", "float64", "float16", "bfloat16" -> schema.put("type", "number");
      default -> schema.put("type", "integer");
    };
  }
}
