package io.slipway.peers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Graph;
import io.slipway.serving.run.Servable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;

/// The model status and metadata of TensorFlow Serving and KServe V1.
final class TensorFlowPages {
  private TensorFlowPages() {}

  /// The status of loaded versions, together with KServe's `name` and `ready`.
  static ObjectNode status(String model, SortedSet<Integer> versions) {
    ObjectNode page = JsonNodeFactory.instance.objectNode().put("name", model).put("ready", true);
    ArrayNode status = page.putArray("model_version_status");
    for (int version : versions.reversed()) {
      status
          .addObject()
          .put("version", Integer.toString(version))
          .put("state", "AVAILABLE")
          .putObject("status")
          .put("error_code", "OK")
          .put("error_message", "");
    }
    return page;
  }

  /// The signature, in the format of TensorFlow Serving's saved models.
  static ObjectNode metadata(Servable servable) {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.putObject("model_spec")
        .put("name", servable.id().model())
        .put("signature_name", "")
        .put("version", Integer.toString(servable.id().number()));
    ObjectNode signature =
        page.putObject("metadata")
            .putObject("signature_def")
            .putObject("signature_def")
            .putObject("serving_default");
    ports(signature.putObject("inputs"), inputs(servable));
    ports(signature.putObject("outputs"), servable.pipeline().outputs().ports());
    signature.put("method_name", "tensorflow/serving/predict");
    return page;
  }

  private static Map<String, Graph.Port> inputs(Servable servable) {
    if (servable.bundle().manifest().input() instanceof InputSchema.Tensors) {
      return servable.signature().inputs();
    }
    Map<String, Graph.Port> inputs = new LinkedHashMap<>();
    servable
        .pipeline()
        .reader()
        .columns()
        .forEach((name, column) -> inputs.put(name, column.port()));
    return inputs;
  }

  private static void ports(ObjectNode object, Map<String, Graph.Port> ports) {
    ports.forEach(
        (name, port) -> {
          ObjectNode shown = object.putObject(name).put("dtype", type(port.dtype()));
          ObjectNode shape = shown.putObject("tensor_shape");
          ArrayNode dimensions = shape.putArray("dim");
          port.shape()
              .forEach(
                  size -> dimensions.addObject().put("size", Long.toString(size)).put("name", ""));
          shape.put("unknown_rank", false);
          shown.put("name", name);
        });
  }

  private static String type(String dtype) {
    return switch (dtype) {
      case "float16" -> "DT_HALF";
      case "bfloat16" -> "DT_BFLOAT16";
      case "float32" -> "DT_FLOAT";
      case "float64" -> "DT_DOUBLE";
      case "bool" -> "DT_BOOL";
      case "string" -> "DT_STRING";
      // int8 … uint64 have the same names in upper case.
      default -> "DT_" + dtype.toUpperCase(java.util.Locale.ROOT);
    };
  }
}
