package io.slipway.registry;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.Sharing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks a bundle before it is registered: opens its model and runs its examples in a separate
/// process, which may crash without harm. A package that knows the model runtime implements it.
public interface BundleCheck {

  /// The result of a check.
  ///
  /// @param examples the number of golden examples that were reproduced
  /// @param maxDifference the largest difference between an expected and a computed number; 0
  ///     without examples
  /// @param millis the duration of the check in milliseconds
  /// @param signatureJson the inputs and outputs of the model itself, as JSON:
  ///     `{"inputs":[{"name","dtype","shape"}],"outputs":[…]}`
  /// @param sharing whether rows may share a run of the model
  /// @param remarks observations that do not prevent publication
  /// @param untried whether nothing has shown that the model runs: the bundle has no examples,
  ///     and no generated inputs fit
  /// @param optimization how far the runtime may rewrite the graphs: `all`, `extended`, `basic`,
  ///     `none`
  /// @param baseline the distributions of the bundle's reference, as JSON; null without a
  ///     reference
  record Report(
      int examples,
      double maxDifference,
      long millis,
      String signatureJson,
      Sharing sharing,
      List<Finding> remarks,
      boolean untried,
      String optimization,
      @Nullable String baseline) {}

  /// Checks `bundle`.
  ///
  /// @param model the name that the bundle is published under
  /// @param caller the publisher: waiting checks take turns by caller and model
  /// @throws io.slipway.bundle.InvalidBundle with all findings
  Report check(Bundle bundle, String model, Caller caller);
}
