package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The model files of `src/test/resources/onnx`, which `src/test/python/make_onnx.py` writes, and
/// bundles around them.
public final class ModelFiles {
  private ModelFiles() {}

  /// The file `<name>.onnx`, where it lies.
  public static Path onnx(String name) {
    return resource("onnx/" + name + ".onnx");
  }

  /// A file or folder of the test resources.
  public static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ModelFiles.class.getResource("/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A bundle of tensors around `<name>.onnx`, in `folder`; `others` lie beside it.
  public static Bundle bundle(Path folder, String name, String... others) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.copy(onnx(name), folder.resolve(name + ".onnx"));
      for (String other : others) {
        Files.copy(resource("onnx/" + other), folder.resolve(other));
      }
      Files.writeString(
          folder.resolve("bundle.json"),
          """
          {"format": "slipway/1", "model": {"name": "m", "file": "%s.onnx"},
           "input": {"object": "tensors"}, "output": {"kind": "tensors"}}
          """
              .formatted(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BundleReader().open(folder);
  }

  /// A bundle of records of one vector `x`, in `folder`: its model's file, further files, its
  /// manifest from `"tensors"` or `"preprocessing"` on, and its examples.
  public static Bundle vectors(
      Path folder, String name, List<String> others, int length, String rest, String... examples) {
    try {
      Files.copy(onnx(name), folder.resolve(name + ".onnx"));
      for (String other : others) {
        Files.copy(resource("onnx/" + other), folder.resolve(other));
      }
      Files.writeString(
          folder.resolve("bundle.json"),
          """
          {"format": "slipway/1", "model": {"name": "m", "file": "%s.onnx"},
           "input": {"fields": [{"name": "x", "type": "vector", "length": %d}]},
           "examples": {"file": "examples.jsonl", "tolerance": 1e-5},
           %s}
          """
              .formatted(name, length, rest));
      Files.write(folder.resolve("examples.jsonl"), List.of(examples));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BundleReader().open(folder);
  }

  /// A reference bundle of `src/test/resources/bundles`.
  public static Bundle reference(String name) {
    return new BundleReader().open(resource("bundles/" + name));
  }
}
