package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// What must hold before a pointer may move.
final class Gates {
  private Gates() {}

  /// @throws Refusal.RevisionRequired where the policy wants a revision and there is none
  /// @throws Refusal.StaleRevision where the model has moved on
  static void revision(ModelEntity model, Policy policy, @Nullable Long expected) {
    if (expected == null) {
      if (policy.requireIfMatch()) {
        throw new Refusal.RevisionRequired(
            "the policy of "
                + model.name
                + " wants If-Match with the revision that the change was decided on; it is now "
                + model.revision);
      }
    } else if (expected != model.revision) {
      throw new Refusal.StaleRevision(
          "the model " + model.name + " is at revision " + model.revision + ", not " + expected,
          model.revision);
    }
  }

  /// The version, where it may be pointed to.
  ///
  /// @throws Refusal.Conflict where it is archived, has not shown what it does, or is not signed
  ///     where the policy wants that
  static VersionEntity servable(ModelEntity model, Policy policy, int number) {
    VersionEntity version = VersionEntity.existing(model, number);
    if (version.archived) {
      throw new Refusal.Conflict(
          "version " + number + " of " + model.name + " is archived; un-archive it first");
    }
    if (version.examples == 0 && !version.object.equals("tensors") && !policy.examplesOptional()) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name
              + " carries no golden examples, so that nothing shows that it predicts as at training;"
              + " register it with examples, or set the policy to {\"examples\":\"optional\"}");
    }
    if (policy.signed() && !Json.tree(version.checks).has("signed")) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name
              + " is not signed by anybody who is trusted, and the model's policy wants it");
    }
    return version;
  }
}
