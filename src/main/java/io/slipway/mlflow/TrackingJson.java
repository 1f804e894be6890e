package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.Page;
import io.slipway.registry.tracking.ArtifactFile;
import io.slipway.registry.tracking.DatasetInput;
import io.slipway.registry.tracking.Experiment;
import io.slipway.registry.tracking.LoggedModel;
import io.slipway.registry.tracking.Metric;
import io.slipway.registry.tracking.Run;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The messages of MLflow, as the JSON of protocol buffers: what is absent or empty is left out.
final class TrackingJson {
  /// How the names of the status of a logged model begin.
  static final String LOGGED = "LOGGED_MODEL_";

  private TrackingJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode experiment(Experiment of) {
    ObjectNode json =
        object()
            .put("experiment_id", Long.toString(of.id()))
            .put("name", of.name())
            .put("artifact_location", of.artifactLocation())
            .put("lifecycle_stage", of.deleted() ? "deleted" : "active")
            .put("last_update_time", of.updatedMs())
            .put("creation_time", of.createdMs())
            .put("workspace", "default");
    pairs(json, "tags", of.tags());
    return json;
  }

  static ObjectNode run(Run of) {
    ObjectNode json = object();
    json.set("info", info(of.info()));
    ObjectNode data = json.putObject("data");
    list(data, "metrics", of.metrics(), TrackingJson::metric);
    pairs(data, "params", of.params());
    pairs(data, "tags", of.tags());
    ObjectNode inputs = json.putObject("inputs");
    list(inputs, "dataset_inputs", of.datasets(), TrackingJson::dataset);
    list(inputs, "model_inputs", of.read(), model -> object().put("model_id", model));
    list(
        json.putObject("outputs"),
        "model_outputs",
        List.copyOf(of.made().entrySet()),
        made -> object().put("model_id", made.getKey()).put("step", made.getValue()));
    return json;
  }

  static ObjectNode info(Run.Info of) {
    ObjectNode json =
        object()
            .put("run_id", of.id())
            .put("run_uuid", of.id())
            .put("run_name", of.name())
            .put("experiment_id", Long.toString(of.experiment()))
            .put("user_id", of.user())
            .put("status", of.status().name())
            .put("start_time", of.startMs());
    if (of.endMs() != null) {
      json.put("end_time", of.endMs());
    }
    return json.put("artifact_uri", of.artifactUri())
        .put("lifecycle_stage", of.deleted() ? "deleted" : "active");
  }

  static ObjectNode metric(Metric of) {
    ObjectNode json = object().put("key", of.key());
    if (Double.isNaN(of.value())) {
      json.put("value", "NaN");
    } else {
      json.put("value", of.value());
    }
    json.put("timestamp", of.timeMs()).put("step", of.step());
    text(json, "dataset_name", of.datasetName());
    text(json, "dataset_digest", of.datasetDigest());
    text(json, "model_id", of.model());
    text(json, "run_id", of.run());
    return json;
  }

  private static ObjectNode dataset(DatasetInput of) {
    ObjectNode json = object();
    pairs(json, "tags", of.tags());
    ObjectNode dataset =
        json.putObject("dataset")
            .put("name", of.name())
            .put("digest", of.digest())
            .put("source_type", of.sourceType())
            .put("source", of.source());
    text(dataset, "schema", of.schema());
    text(dataset, "profile", of.profile());
    return json;
  }

  static ObjectNode model(LoggedModel of) {
    ObjectNode json = object();
    ObjectNode info =
        json.putObject("info")
            .put("model_id", of.id())
            .put("experiment_id", Long.toString(of.experiment()))
            .put("name", of.name())
            .put("creation_timestamp_ms", of.createdMs())
            .put("last_updated_timestamp_ms", of.updatedMs())
            .put("artifact_uri", of.artifactUri())
            .put("status", LOGGED + of.status().name())
            .put("model_type", of.type());
    text(info, "source_run_id", of.sourceRun());
    pairs(info, "tags", of.tags());
    ObjectNode data = json.putObject("data");
    pairs(data, "params", of.params());
    list(data, "metrics", of.metrics(), metric -> metric(metric).put("model_id", of.id()));
    return json;
  }

  /// @param folder the path before the name; empty, or with a slash at its end
  static ObjectNode file(String folder, ArtifactFile of) {
    ObjectNode json = object().put("path", folder + of.name()).put("is_dir", of.folder());
    return of.folder() ? json : json.put("file_size", of.size());
  }

  static <T> ObjectNode page(String name, Page<T> page, Function<T, ObjectNode> each) {
    ObjectNode json = object();
    list(json, name, page.items(), each);
    text(json, "next_page_token", page.nextPageToken());
    return json;
  }

  static <T> void list(
      ObjectNode json, String name, List<T> items, Function<? super T, ObjectNode> each) {
    if (!items.isEmpty()) {
      ArrayNode list = json.putArray(name);
      items.forEach(item -> list.add(each.apply(item)));
    }
  }

  private static void pairs(ObjectNode json, String name, Map<String, String> pairs) {
    list(
        json,
        name,
        List.copyOf(pairs.entrySet()),
        pair -> object().put("key", pair.getKey()).put("value", pair.getValue()));
  }

  private static void text(ObjectNode json, String name, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      json.put(name, text);
    }
  }
}
