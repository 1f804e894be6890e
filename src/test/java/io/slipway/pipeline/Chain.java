package io.slipway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Transform;
import io.slipway.pipeline.frame.Vectors;
import io.slipway.pipeline.number.CategorySteps;
import io.slipway.pipeline.number.DateSteps;
import io.slipway.pipeline.number.NumberSteps;
import io.slipway.pipeline.object.ObjectReader;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.text.TextSteps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A chain of steps by itself, without a model: declared in JSON as in a manifest, run on one
/// object after another.
public final class Chain {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Transform> steps = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final RequestReader reader;
  private final CompileScope scope;

  private Chain(Bundle bundle) {
    scope = new CompileScope(bundle, findings);
    ObjectReader object =
        ObjectReader.of(bundle.manifest().input(), scope, new Graph.Signature(Map.of(), Map.of()));
    for (Step step : bundle.manifest().preprocessing()) {
      scope.at(Step.op(step));
      Transform transform =
          switch (step) {
            case Step.OnNumbers s -> NumberSteps.compile(s, scope);
            case Step.OnCategories s -> CategorySteps.compile(s, scope);
            case Step.OnDates s -> DateSteps.compile(s, scope);
            case Step.OnText s -> TextSteps.compile(s, scope);
            case Step.OnImage s -> throw new IllegalArgumentException("no images here");
            case Step.Onnx s -> throw new IllegalArgumentException("no graphs here");
          };
      if (transform != null) {
        steps.add(transform);
      }
    }
    reader = new RequestReader(object, scope.shape());
  }

  /// @param folder an empty folder for the bundle's files
  /// @param input the manifest's `input`
  /// @param preprocessing the manifest's `preprocessing`
  public static Chain of(Path folder, String input, String preprocessing) {
    try {
      ObjectNode manifest = JSON.createObjectNode();
      manifest.put("format", "slipway/1");
      manifest.putObject("model").put("name", "chain").put("file", "model.onnx");
      manifest.set("input", JSON.readTree(input));
      manifest.set("preprocessing", JSON.readTree(preprocessing));
      manifest.putObject("output").put("kind", "tensors");
      Files.write(folder.resolve("bundle.json"), JSON.writeValueAsBytes(manifest));
      Files.writeString(folder.resolve("model.onnx"), "never opened");
      return new Chain(new BundleReader().open(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What does not fit, none where the chain compiled.
  public List<Finding> findings() {
    return findings;
  }

  /// The column `out` after all steps: a Double, a double[], a String or another object; null is
  /// null, NaN is NaN.
  public Object run(JsonNode object, String out) {
    if (!findings.isEmpty()) {
      throw new InvalidBundle(findings);
    }
    Frame frame = reader.readObject(object);
    steps.forEach(step -> step.apply(frame));
    Column column = Objects.requireNonNull(scope.read(out), out);
    return switch (column.type()) {
      case ColumnType.Scalar s -> frame.number(column.slot());
      case ColumnType.Vector v ->
          Vectors.dense(Objects.requireNonNull(frame.object(column.slot())));
      default -> frame.object(column.slot());
    };
  }
}
