package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The path from a raw object to a decision: input fields, each step, the model, the output.
public record FlowView(
    String object,
    List<String> fields,
    List<Step> steps,
    List<Tensor> tensors,
    String model,
    String output,
    List<String> labels) {
  private static final Set<String> COLUMNS = Set.of("op", "in", "out");

  /// @param in the columns that it reads
  /// @param out the columns that it adds; empty where it changes its inputs in place
  public record Step(
      int number, String op, List<String> in, List<String> out, List<Parameter> parameters) {}

  public record Parameter(String name, String value) {}

  /// A column as an input tensor of the model.
  public record Tensor(String name, String from, String dtype, String shape) {}

  static FlowView of(JsonNode manifest) {
    List<Step> steps = new ArrayList<>();
    for (JsonNode step : manifest.path("preprocessing")) {
      steps.add(step(steps.size() + 1, step));
    }
    List<Tensor> tensors = new ArrayList<>();
    for (JsonNode tensor : manifest.path("tensors")) {
      tensors.add(
          new Tensor(
              tensor.path("name").asText(),
              tensor.path("from").asText(),
              tensor.path("dtype").asText("float32"),
              tensor.path("shape").isArray() ? tensor.path("shape").toString() : ""));
    }
    JsonNode output = manifest.path("output");
    return new FlowView(
        manifest.at("/input/object").asText(),
        FieldView.of(manifest.path("input")).stream().map(FieldView::name).toList(),
        steps,
        tensors,
        manifest.at("/model/file").asText(),
        output.path("kind").asText("classification").replace('_', ' '),
        texts(output.path("labels")));
  }

  private static Step step(int number, JsonNode step) {
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : step.properties()) {
      if (!COLUMNS.contains(member.getKey()) && !member.getValue().isNull()) {
        parameters.add(new Parameter(member.getKey(), Words.value(member.getValue())));
      }
    }
    return new Step(
        number,
        step.path("op").asText(),
        texts(step.path("in")),
        texts(step.path("out")),
        parameters);
  }

  /// The texts of a JSON list; a single text counts as a list of one.
  private static List<String> texts(JsonNode list) {
    if (list.isTextual()) {
      return List.of(list.textValue());
    }
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
