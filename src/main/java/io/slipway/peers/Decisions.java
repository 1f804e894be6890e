package io.slipway.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import io.slipway.serving.run.Servable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes predictions in these protocols' format: a single output is written without its name.
final class Decisions {
  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  private Decisions() {}

  /// Writes the body of an answer.
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

  /// One prediction per instance. Business objects already have one each; the whole tensors of a
  /// bundle of tensors are split along their first dimension.
  ///
  /// @param instances the number of instances in the request
  /// @throws RefusedInput.Invalid where a tensor does not have one row per instance
  static List<Prediction> each(Servable servable, List<Prediction> predictions, int instances) {
    if (!(servable.bundle().manifest().input() instanceof InputSchema.Tensors)
        || !(predictions.getFirst() instanceof Prediction.Raw(Map<String, Tensor> whole))) {
      return predictions;
    }
    List<Prediction> rows = new ArrayList<>(instances);
    if (predictions.size() == instances && instances > 1) {
      // Each instance was a run of its own.
      predictions.forEach(own -> rows.addAll(each(servable, List.of(own), 1)));
      return rows;
    }
    for (int i = 0; i < instances; i++) {
      Map<String, Tensor> row = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> output : whole.entrySet()) {
        row.put(output.getKey(), cut(output.getValue(), i, instances));
      }
      rows.add(new Prediction.Raw(row));
    }
    return rows;
  }

  private static Tensor cut(Tensor whole, int row, int rows) {
    long[] shape = whole.shape();
    if (shape.length == 0 || shape[0] != rows) {
      throw new RefusedInput.Invalid(
          "/instances",
          "not_batched",
          "an output of the model does not have one row per instance; use \"inputs\"");
    }
    int width = TensorReader.count(whole) / rows;
    return TensorReader.slice(
        whole, row * width, width, Arrays.copyOfRange(shape, 1, shape.length));
  }

  /// `{"predictions": […]}`, one per instance.
  static byte[] rows(List<Prediction> predictions) throws IOException {
    return json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("predictions");
          for (Prediction prediction : predictions) {
            one(json, prediction);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /// Without a name where there is one output only: a number without label, or a single tensor.
  private static void one(JsonGenerator json, Prediction prediction) throws IOException {
    switch (prediction) {
      case Prediction.Scored scored when scored.label() == null -> json.writeNumber(scored.value());
      case Prediction.Raw(Map<String, Tensor> tensors) when tensors.size() == 1 ->
          PredictionWriter.write(json, tensors.values().iterator().next());
      case Prediction.Scored _, Prediction.Classified _, Prediction.Raw _ ->
          PredictionWriter.write(json, prediction);
    }
  }

  /// The output of one object as in the gateway API.
  static void object(JsonGenerator json, Prediction prediction) throws IOException {
    PredictionWriter.write(json, prediction);
  }

  /// `{"outputs": …}`, each output one tensor with a row per object; without a name where it is the
  /// only one.
  ///
  /// @throws RefusedInput.Invalid where rows have different shapes, so that they form no tensor
  static byte[] columns(Servable servable, List<Prediction> predictions) throws IOException {
    Map<String, Tensor> outputs;
    try {
      outputs = servable.pipeline().outputs().of(predictions);
    } catch (UnexpectedOutput e) {
      throw new RefusedInput.Invalid(
          "/inputs", "not_batched", e.getMessage() + "; use \"instances\"");
    }
    return json(
        json -> {
          json.writeStartObject();
          json.writeFieldName("outputs");
          if (outputs.size() == 1) {
            PredictionWriter.write(json, outputs.values().iterator().next());
          } else {
            PredictionWriter.write(json, new Prediction.Raw(outputs));
          }
          json.writeEndObject();
        });
  }
}
