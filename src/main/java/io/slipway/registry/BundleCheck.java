package io.slipway.registry;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Sharing;

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
  record Report(
      int examples, double maxDifference, long millis, String signatureJson, Sharing sharing) {}

  /// @throws io.slipway.bundle.InvalidBundle with every finding
  Report check(Bundle bundle);
}
