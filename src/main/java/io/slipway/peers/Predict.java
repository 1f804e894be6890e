package io.slipway.peers;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.run.Servable;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// `:predict` of TensorFlow Serving and of KServe V1: `{"instances": […]}` gives `{"predictions":
/// […]}`, `{"inputs": {…}}` gives `{"outputs": {…}}`.
final class Predict implements Dialect {
  private static final Set<String> SIGNATURES = Set.of("", "serving_default");

  private final Instances instances;
  private boolean byRow;
  private int count;

  Predict(Instances instances) {
    this.instances = instances;
  }

  @Override
  public Batch read(RequestReader reader, byte[] body) {
    JsonNode json = instances.object(body);
    requireMembers(json, Set.of("signature_name", "instances", "inputs"));
    requireSignature(json);
    byRow = json.has("instances");
    if (byRow == json.has("inputs")) {
      throw Instances.invalid("", "expected either \"instances\" (rows) or \"inputs\" (columns)");
    }
    if (!byRow) {
      return instances.columns(reader, json.get("inputs"));
    }
    count = json.get("instances").size();
    return instances.rows(reader, json.get("instances"));
  }

  static void requireSignature(JsonNode json) {
    JsonNode name = json.path("signature_name");
    if (!name.isMissingNode() && !(name.isTextual() && SIGNATURES.contains(name.asText()))) {
      throw Instances.invalid(
          "/signature_name", "a version has one signature, named \"serving_default\"");
    }
  }

  static void requireMembers(JsonNode json, Set<String> known) {
    for (var member : json.properties()) {
      if (!known.contains(member.getKey())) {
        throw new RefusedInput.Invalid(
            StrictJson.pointer(member.getKey()),
            "unknown_field",
            "is not a member of this request");
      }
    }
  }

  @Override
  public byte[] write(Servable servable, List<Prediction> predictions) throws IOException {
    return byRow
        ? Decisions.rows(Decisions.each(servable, predictions, count))
        : Decisions.columns(servable, predictions);
  }

  @Override
  public String mediaType() {
    return "application/json";
  }
}
