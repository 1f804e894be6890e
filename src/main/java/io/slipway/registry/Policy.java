package io.slipway.registry;

import java.util.List;

/// The rules for a model.
///
/// @param examplesOptional whether a version with a business object may be promoted without
///     golden examples
/// @param requireIfMatch whether every move must name the revision that it is based on
/// @param stages stages in addition to `staging` and `production`
/// @param lineage members of the lineage that a version must have to be registered, as paths:
///     `code.commit`, `data`
/// @param signed whether a version must have a trusted signature
public record Policy(
    boolean examplesOptional,
    boolean requireIfMatch,
    List<String> stages,
    List<String> lineage,
    boolean signed) {
  static final Policy NONE = new Policy(false, false, List.of(), List.of(), false);

  /// Whether the model has the stage `stage`, in lower case.
  boolean names(String stage) {
    return stage.equals(Stage.PRODUCTION) || stage.equals(Stage.STAGING) || stages.contains(stage);
  }
}
