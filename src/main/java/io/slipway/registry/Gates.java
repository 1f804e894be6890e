package io.slipway.registry;

import io.slipway.bundle.InputSchema;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/// What must hold before a pointer may move.
@ApplicationScoped
class Gates {
  private final VersionRepository versions;

  Gates(VersionRepository versions) {
    this.versions = versions;
  }

  /// @throws Refusal.RevisionRequired where the policy wants a revision and there is none
  /// @throws Refusal.StaleRevision where the model has moved on
  void revision(ModelEntity model, Policy policy, @Nullable Long expected) {
    if (expected == null) {
      if (policy.requireIfMatch()) {
        throw new Refusal.RevisionRequired(
            "the policy of "
                + model.name()
                + " wants If-Match with the revision that the change was decided on; it is now "
                + model.revision());
      }
    } else if (expected != model.revision()) {
      throw new Refusal.StaleRevision(
          "the model " + model.name() + " is at revision " + model.revision() + ", not " + expected,
          model.revision());
    }
  }

  /// The version, where it may be pointed to.
  ///
  /// @throws Refusal.Conflict where it is archived, has not shown what it does, or is not signed
  ///     where the policy wants that
  ModelVersion servable(ModelEntity model, int number) {
    Policy policy = model.policy();
    ModelVersion version = versions.version(model, number);
    if (version.archived()) {
      throw new Refusal.Conflict(
          "version " + number + " of " + model.name() + " is archived; un-archive it first");
    }
    boolean shown =
        version.examples() > 0
            || !InputSchema.needsExamples(version.object()) && !version.untried();
    if (!shown && !policy.examplesOptional()) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name()
              + (version.untried()
                  ? " is untried: it carries no golden examples, and no inputs that were made up for"
                      + " it fit; one golden example proves it: "
                  : " carries no golden examples, so that nothing shows that it predicts as at"
                      + " training; ")
              + "register it with examples, or set the policy to {\"examples\":\"optional\"}");
    }
    if (policy.signed() && !versions.signed(model, number)) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name()
              + " is not signed by anybody who is trusted, and the model's policy wants it");
    }
    return version;
  }
}
