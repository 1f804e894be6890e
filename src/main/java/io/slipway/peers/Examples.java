package io.slipway.peers;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.run.Servable;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// `:classify` and `:regress` of TensorFlow Serving: `{"examples": […], "context": {…}}` gives
/// `{"results": […]}`, of classes with scores or of numbers. The members of the context are
/// defaults for every example.
final class Examples implements Dialect {
  private final Instances instances;
  private final boolean classes;

  /// @param classes `:classify` rather than `:regress`
  Examples(Instances instances, boolean classes) {
    this.instances = instances;
    this.classes = classes;
  }

  @Override
  public Batch read(RequestReader reader, byte[] body) {
    JsonNode json = instances.object(body);
    Predict.requireMembers(json, Set.of("signature_name", "context", "examples"));
    Predict.requireSignature(json);
    JsonNode context = json.path("context");
    if (!context.isMissingNode() && !context.isObject()) {
      throw Instances.invalid("/context", "expected an object");
    }
    if (instances.tensors()) {
      throw new RefusedInput.Invalid("", "not_supported", "the model takes tensors: use :predict");
    }
    if (!json.path("examples").isArray() || json.get("examples").isEmpty()) {
      throw Instances.invalid("/examples", "expected a list with at least one example");
    }
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (JsonNode example : json.path("examples")) {
      if (context.isEmpty() || !example.isObject()) {
        rows.add(example);
        continue;
      }
      ObjectNode row = context.deepCopy();
      row.setAll((ObjectNode) example);
      rows.add(row);
    }
    return instances.rows(reader, rows);
  }

  @Override
  public byte[] write(Servable servable, List<Prediction> predictions) throws IOException {
    return Decisions.json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("results");
          for (Prediction prediction : predictions) {
            result(json, prediction);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void result(JsonGenerator json, Prediction prediction) throws IOException {
    switch (prediction) {
      case Prediction.Classified c when classes -> {
        json.writeStartArray();
        for (int i = 0; i < c.labels().size(); i++) {
          json.writeStartArray();
          json.writeString(c.labels().get(i));
          json.writeNumber(c.probabilities()[i]);
          json.writeEndArray();
        }
        json.writeEndArray();
      }
      case Prediction.Scored s when !classes -> json.writeNumber(s.value());
      case Prediction.Classified _ -> throw wrong("classifies: use :classify or :predict");
      case Prediction.Scored _ -> throw wrong("returns a number: use :regress or :predict");
      case Prediction.Raw _ -> throw wrong("returns tensors: use :predict");
    }
  }

  private static RefusedInput wrong(String what) {
    return new RefusedInput.Invalid("", "not_supported", "the model " + what);
  }

  @Override
  public String mediaType() {
    return "application/json";
  }
}
