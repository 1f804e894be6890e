package io.slipway.registry;

import java.util.List;

/// What a model demands.
///
/// @param examplesOptional whether a version with a business object may be promoted without golden
///       examples
/// @param requireIfMatch whether every move must name the revision that it was decided on
/// @param stages stages besides `staging` and `production`
/// @param lineage members of the lineage that a version must have to be registered, as paths:
///       `code.commit`, `data`
/// @param signed whether a version must be signed by somebody who is trusted
public record Policy(
    boolean examplesOptional,
    boolean requireIfMatch,
    List<String> stages,
    List<String> lineage,
    boolean signed) {
  static final Policy NONE = new Policy(false, false, List.of(), List.of(), false);

  /// Whether `stage`, in lower case, exists for the model.
  boolean names(String stage) {
    return stage.equals(Stage.PRODUCTION) || stage.equals(Stage.STAGING) || stages.contains(stage);
  }
}
