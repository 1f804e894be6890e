package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// One call of MLflow's API. It blocks on the database.
@FunctionalInterface
interface Call {
  /// @return the answer's body
  ObjectNode answer(Arguments arguments);
}
