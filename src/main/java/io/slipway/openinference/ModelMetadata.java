package io.slipway.openinference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.openinference.Statistics.Compute;
import io.slipway.openinference.Statistics.Snapshot;
import io.slipway.openinference.Statistics.Total;
import io.slipway.pipeline.frame.Graph;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The metadata, configuration and statistics of a version, as JSON.
final class ModelMetadata {
  private ModelMetadata() {}

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /// The metadata.
  ///
  /// @param versions the loaded ones
  static ObjectNode metadata(ModelView view, Collection<Integer> versions) {
    ObjectNode page = object().put("name", view.model());
    ArrayNode numbers = page.putArray("versions");
    versions.forEach(number -> numbers.add(Integer.toString(number)));
    page.put("platform", ModelView.PLATFORM);
    tensors(page.putArray("inputs"), view.inputs());
    ArrayNode outputs = page.putArray("outputs");
    tensors(outputs, view.outputs().ports());
    for (var output : outputs) {
      List<String> labels = view.outputs().labels(output.get("name").asText());
      if (!labels.isEmpty()) {
        ArrayNode listed = ((ObjectNode) output).putObject("parameters").putArray("labels");
        labels.forEach(listed::add);
      }
    }
    return page;
  }

  private static void tensors(ArrayNode into, Map<String, Graph.Port> ports) {
    ports.forEach(
        (name, port) -> {
          ObjectNode tensor =
              into.addObject()
                  .put("name", name)
                  .put("datatype", Datatype.ofPort(port.dtype()).name());
          ArrayNode shape = tensor.putArray("shape");
          port.shape().forEach(shape::add);
        });
  }

  /// The configuration, as far as it applies: the shapes include the batch, so `max_batch_size` is
  /// 0.
  static ObjectNode config(ModelView view) {
    ObjectNode page =
        object()
            .put("name", view.model())
            .put("platform", ModelView.PLATFORM)
            .put("backend", "onnxruntime")
            .put("max_batch_size", 0);
    ArrayNode inputs = page.putArray("input");
    view.inputs()
        .forEach(
            (name, port) -> {
              ObjectNode input = configured(inputs, name, port);
              if (view.columns().containsKey(name)) {
                input.put("optional", view.columns().get(name).nullable());
              }
            });
    ArrayNode outputs = page.putArray("output");
    view.outputs().ports().forEach((name, port) -> configured(outputs, name, port));
    return page;
  }

  private static ObjectNode configured(ArrayNode into, String name, Graph.Port port) {
    ObjectNode tensor =
        into.addObject()
            .put("name", name)
            .put("data_type", Datatype.ofPort(port.dtype()).inConfig().name());
    ArrayNode dims = tensor.putArray("dims");
    port.shape().forEach(dims::add);
    return tensor;
  }

  /// One entry of `model_stats`.
  static ObjectNode statistics(String model, String version, Snapshot snapshot) {
    ObjectNode page =
        object()
            .put("name", model)
            .put("version", version)
            .put("last_inference", snapshot.lastMillis())
            .put("inference_count", snapshot.inferences())
            .put("execution_count", snapshot.executions());
    ObjectNode stats = page.putObject("inference_stats");
    total(stats, "success", snapshot.success());
    total(stats, "fail", snapshot.fail());
    total(stats, "queue", snapshot.queue());
    compute(stats, snapshot.compute());
    total(stats, "cache_hit", Total.NONE);
    total(stats, "cache_miss", Total.NONE);
    ArrayNode batches = page.putArray("batch_stats");
    snapshot
        .sizes()
        .forEach(
            (size, took) -> {
              ObjectNode batch = batches.addObject().put("batch_size", size);
              compute(batch, took);
            });
    return page;
  }

  private static void compute(ObjectNode into, Compute compute) {
    total(into, "compute_input", compute.input());
    total(into, "compute_infer", compute.infer());
    total(into, "compute_output", compute.output());
  }

  private static void total(ObjectNode into, String name, Total total) {
    into.putObject(name).put("count", total.count()).put("ns", total.nanos());
  }
}
