package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.graph.OnnxFile.ExternalData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The files beside an ONNX file in which the values of its tensors lie, as whoever takes the file
/// somewhere must take them too.
public final class ExternalFiles {
  private ExternalFiles() {}

  /// The paths that the file at `path`, called `name`, gives for them, relative to its folder; each
  /// once. What lies outside of that folder is left out: [OnnxGraphCheck] refuses it.
  ///
  /// @throws InvalidBundle where it is no ONNX file
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
