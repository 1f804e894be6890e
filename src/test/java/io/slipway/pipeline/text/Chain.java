package io.slipway.pipeline.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.Manifest;
import io.slipway.bundle.Output;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/// A chain of text steps over a bundle of the files of one folder.
final class Chain {
  private final List<Finding> findings = new ArrayList<>();
  private final CompileScope scope;
  private final List<Column> inputs = new ArrayList<>();
  private final List<Transform> transforms = new ArrayList<>();
  private final TreeSet<String> written = new TreeSet<>();

  private Chain(Bundle bundle) {
    scope = new CompileScope(bundle, findings);
  }

  static Chain in(Path folder) {
    TreeMap<String, Bundle.Entry> files = new TreeMap<>();
    try (var paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        byte[] bytes = Files.readAllBytes(path);
        files.put(path.getFileName().toString(), new Bundle.Entry(Digest.of(bytes), bytes.length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            new Manifest.Model("test", null, null, "model.onnx", true),
            new InputSchema.Text(1_000_000),
            List.of(),
            List.of(),
            new Output.Tensors(null),
            null,
            null,
            null,
            Map.of("test", JsonNodeFactory.instance.booleanNode(true)));
    return new Chain(new Bundle(Digest.of(new byte[0]), manifest, files, folder, List.of()));
  }

  CompileScope scope() {
    return scope;
  }

  List<Finding> findings() {
    return findings;
  }

  Chain text(String name) {
    inputs.add(scope.input(name, new ColumnType.Text(false)));
    written.add(name);
    return this;
  }

  Chain tokens(String name) {
    inputs.add(scope.input(name, new ColumnType.Tokens()));
    written.add(name);
    return this;
  }

  /// Compiles `step`, which must fit.
  Chain add(Step.OnText step) {
    tryAdd(step);
    if (!findings.isEmpty()) {
      throw new AssertionError(findings);
    }
    return this;
  }

  void tryAdd(Step.OnText step) {
    Transform transform = TextSteps.compile(step, scope);
    if (transform != null) {
      transforms.add(transform);
    }
    written.addAll(Objects.requireNonNullElse(step.out(), step.in()));
    if (step instanceof Step.CountMatches counts) {
      written.addAll(counts.counts().keySet());
    }
  }

  ColumnType type(String name) {
    return Objects.requireNonNull(scope.read(name)).type();
  }

  /// The columns after a row of these inputs; a number as a `Double`.
  Map<String, Object> run(Object... values) {
    Frame frame = scope.shape().frame();
    for (int i = 0; i < values.length; i++) {
      frame.object(inputs.get(i).slot(), values[i]);
    }
    transforms.forEach(transform -> transform.apply(frame));
    Map<String, Object> row = new HashMap<>();
    for (String name : written) {
      Column column = Objects.requireNonNull(scope.read(name));
      Object value =
          column.type() instanceof ColumnType.Scalar
              ? Double.valueOf(frame.number(column.slot()))
              : Objects.requireNonNull(frame.object(column.slot()), name);
      row.put(name, value);
    }
    return row;
  }
}
