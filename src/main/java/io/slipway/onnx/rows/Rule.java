package io.slipway.onnx.rows;

import java.util.List;

/// The treatment of rows by one operator.
@FunctionalInterface
interface Rule {
  /// The knowledge about the outputs; as many as matter.
  ///
  /// @throws Place.NotApart where their rows are not independent, or not known to be
  List<Flow> outputs(Place place);
}
