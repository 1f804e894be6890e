package io.slipway.api.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Output;
import io.slipway.pipeline.frame.Graph;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JSON Schema (2020-12) of the member `output`.
final class OutputJsonSchema {
  private OutputJsonSchema() {}

  /// @param signature the ports of the model's graph, for raw outputs
  static ObjectNode of(Output output, Graph.Signature signature) {
    ObjectNode schema =
        JsonNodeFactory.instance
            .objectNode()
            .put("$schema", InputJsonSchema.DIALECT)
            .put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    switch (output) {
      case Output.Classification c -> {
        label(properties, required, c.labels());
        ObjectNode probabilities = properties.putObject("probabilities").put("type", "object");
        ObjectNode each = probabilities.putObject("properties");
        c.labels().forEach(label -> probability(each, label));
        if (c.topK() == null) {
          ArrayNode all = probabilities.putArray("required");
          c.labels().forEach(all::add);
        } else {
          probabilities.put("maxProperties", c.topK());
        }
        probabilities.put("additionalProperties", false);
        required.add("probabilities");
      }
      case Output.SigmoidProbability s -> {
        probability(properties, s.name());
        required.add(s.name());
        label(properties, required, s.labels());
      }
      case Output.Value v -> {
        ObjectNode value = properties.putObject(v.name()).put("type", "number");
        if (v.unit() != null) {
          value.put("x-unit", v.unit());
        }
        required.add(v.name());
      }
      case Output.Tensors t ->
          signature
              .outputs()
              .forEach(
                  (name, port) -> {
                    if (t.names() == null || t.names().contains(name)) {
                      properties
                          .putObject(name)
                          .put("description", port.dtype() + " " + port.shape());
                      required.add(name);
                    }
                  });
    }
    return schema;
  }

  private static void label(
      ObjectNode properties, ArrayNode required, @Nullable List<String> labels) {
    if (labels != null) {
      ArrayNode values = properties.putObject("label").put("type", "string").putArray("enum");
      labels.forEach(values::add);
      required.add("label");
    }
  }

  private static void probability(ObjectNode properties, String name) {
    properties.putObject(name).put("type", "number").put("minimum", 0).put("maximum", 1);
  }
}
