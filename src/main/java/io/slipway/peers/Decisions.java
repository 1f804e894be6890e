package io.slipway.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Servable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/// Writes predictions as these protocols do: bare where there is one output only.
final class Decisions {
  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  private Decisions() {}

  /// What fills an answer.
  @FunctionalInterface
  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] json(Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      body.write(json);
    }
    return bytes.toByteArray();
  }

  /// `{"predictions": […]}`, one for each instance.
  ///
  /// @param instances how many there were
  static byte[] rows(List<Prediction> predictions, int instances) throws IOException {
    return json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("predictions");
          if (predictions.getFirst() instanceof Prediction.Raw raw && predictions.size() == 1) {
            cut(json, raw, instances);
          } else {
            for (Prediction prediction : predictions) {
              one(json, prediction);
            }
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /// Cuts whole tensors into rows.
  private static void cut(JsonGenerator json, Prediction.Raw raw, int instances)
      throws IOException {
    JsonNode whole = PredictionWriter.toJson(raw);
    for (JsonNode output : whole) {
      if (!output.isArray() || output.size() != instances) {
        throw new RefusedInput.Invalid(
            "/instances",
            "not_batched",
            "an output of the model has no row for each instance; ask by \"inputs\"");
      }
    }
    for (int i = 0; i < instances; i++) {
      int row = i;
      if (whole.size() == 1) {
        json.writeTree(whole.elements().next().get(row));
        continue;
      }
      json.writeStartObject();
      for (var output : whole.properties()) {
        json.writeFieldName(output.getKey());
        json.writeTree(output.getValue().get(row));
      }
      json.writeEndObject();
    }
  }

  private static void one(JsonGenerator json, Prediction prediction) throws IOException {
    if (prediction instanceof Prediction.Scored scored && scored.label() == null) {
      json.writeNumber(scored.value());
    } else {
      PredictionWriter.write(json, prediction);
    }
  }

  /// What the native protocol calls the output of one object.
  static void object(JsonGenerator json, Prediction prediction) throws IOException {
    PredictionWriter.write(json, prediction);
  }

  /// `{"outputs": …}`, each output with one value a row.
  static byte[] columns(Servable servable, List<Prediction> predictions) throws IOException {
    JsonNode outputs =
        PredictionWriter.toJson(new Prediction.Raw(servable.pipeline().outputs().of(predictions)));
    return json(
        json -> {
          json.writeStartObject();
          json.writeFieldName("outputs");
          json.writeTree(outputs.size() == 1 ? outputs.elements().next() : outputs);
          json.writeEndObject();
        });
  }
}
