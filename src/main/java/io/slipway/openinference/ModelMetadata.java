package io.slipway.openinference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.openinference.Statistics.Compute;
import io.slipway.openinference.Statistics.Snapshot;
import io.slipway.openinference.Statistics.Total;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.object.ColumnPort;
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

  /// The configuration, with every member that Triton writes where none is set: its clients read
  /// them unasked. The shapes include the batch, so `max_batch_size` is 0.
  static ObjectNode config(ModelView view) {
    ObjectNode page =
        object()
            .put("name", view.model())
            .put("platform", ModelView.PLATFORM)
            .put("backend", "onnxruntime")
            .put("runtime", "");
    page.putObject("version_policy").putObject("latest").put("num_versions", 1);
    page.put("max_batch_size", 0);
    ArrayNode inputs = page.putArray("input");
    view.inputs()
        .forEach(
            (name, port) -> {
              ColumnPort column = view.columns().get(name);
              configured(inputs, name, port)
                  .put("format", ImageFormat.of(port).name())
                  .put("allow_ragged_batch", false)
                  .put("optional", column != null && column.nullable());
            });
    ArrayNode outputs = page.putArray("output");
    view.outputs()
        .ports()
        .forEach((name, port) -> configured(outputs, name, port).put("label_filename", ""));
    page.putArray("batch_input");
    page.putArray("batch_output");
    ObjectNode optimization = page.putObject("optimization").put("priority", "PRIORITY_DEFAULT");
    optimization.putObject("input_pinned_memory").put("enable", false);
    optimization.putObject("output_pinned_memory").put("enable", false);
    optimization.put("gather_kernel_buffer_threshold", 0).put("eager_batching", false);
    ObjectNode group =
        page.putArray("instance_group")
            .addObject()
            .put("name", view.model())
            .put("kind", "KIND_CPU")
            .put("count", 1);
    group.putArray("gpus");
    group.putArray("secondary_devices");
    group.putArray("profile");
    group.put("passive", false).put("host_policy", "");
    page.put("default_model_filename", "model.onnx");
    for (String map : List.of("cc_model_filenames", "metric_tags", "parameters")) {
      page.putObject(map);
    }
    page.putArray("model_warmup");
    return page;
  }

  private static ObjectNode configured(ArrayNode into, String name, Graph.Port port) {
    ObjectNode tensor =
        into.addObject()
            .put("name", name)
            .put("data_type", Datatype.ofPort(port.dtype()).inConfig().name());
    ArrayNode dims = tensor.putArray("dims");
    port.shape().forEach(dims::add);
    return tensor.put("is_shape_tensor", false).put("is_non_linear_format_io", false);
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
