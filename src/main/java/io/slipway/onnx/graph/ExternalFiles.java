package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.graph.OnnxFile.ExternalData;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The files with the external data of an ONNX file, which must be moved together with it.
public final class ExternalFiles {
  private ExternalFiles() {}

  /// Whether the ONNX file `bytes`, called `name` in findings, has values in other files.
  ///
  /// @throws InvalidBundle where it is not an ONNX file
  public static boolean exist(String name, MemorySegment bytes) {
    return !OnnxFileReader.read(name, bytes).external().isEmpty();
  }

  /// The paths that the file at `path`, called `name`, contains for them, relative to its folder
  /// and without duplicates. Paths outside of that folder are omitted: [OnnxGraphCheck] refuses
  /// them.
  ///
  /// @throws InvalidBundle where it is not an ONNX file
  public static List<String> of(String name, Path path) {
    Set<String> files = new LinkedHashSet<>();
    for (ExternalData data : OnnxFileReader.read(name, path).external()) {
      String file = ExternalDataCheck.inside("", data.location());
      if (file != null) {
        files.add(file);
      }
    }
    return new ArrayList<>(files);
  }
}
