package io.slipway.golden;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.onnx.BundleModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The bundles that parity is measured on: the samples of the project and, where they are there,
/// the reference study's.
final class ReferenceBundles {
  private ReferenceBundles() {}

  /// The folders below `root`, `depth` levels down, that are bundles.
  static List<Path> below(Path root, int depth) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.walk(root, depth)) {
      return folders.filter(f -> Files.exists(f.resolve("bundle.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static BundleModel open(Path folder) {
    Bundle bundle = new BundleReader().open(folder);
    return BundleModel.open(bundle);
  }
}
