package io.slipway.registry;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.Sharing;
import java.util.List;

/// Proof before service: opens a bundle's model and runs its examples in a process that may die.
/// The registry does not know runtimes, so whoever does provides this.
public interface BundleCheck {

  /// What the check learned.
  ///
  /// @param examples how many golden examples were reproduced
  /// @param maxDifference the largest difference between an expected and a computed number, 0
  ///          without examples
  /// @param millis the time that it took
  /// @param signatureJson the model's own inputs and outputs, as JSON:
  ///          `{"inputs":[{"name","dtype","shape"}],"outputs":[…]}`
  /// @param sharing whether rows may share a run of the model
  /// @param remarks what was noticed and is no reason against it
  /// @param untried whether nothing has shown that the model runs: there are no examples, and no
  ///          inputs that were made up for it fit
  /// @param optimization how far the runtime may rewrite the graphs: `all`, `extended`, `basic`,
  ///          `none`
  record Report(
      int examples,
      double maxDifference,
      long millis,
      String signatureJson,
      Sharing sharing,
      List<Finding> remarks,
      boolean untried,
      String optimization) {}

  /// @param model that the bundle is published for
  /// @param caller who publishes it: waiting checks take turns by caller and model
  /// @throws io.slipway.bundle.InvalidBundle with every finding
  Report check(Bundle bundle, String model, Caller caller);
}
