package io.slipway.onnx.rows;

import java.util.List;

/// How one operator treats the rows of its inputs.
@FunctionalInterface
interface Rule {
  /// What is known of the outputs; as many as matter.
  ///
  /// @throws Place.NotApart where their rows are not apart, or not known to be
  List<Flow> outputs(Place place);
}
