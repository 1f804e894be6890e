package io.slipway.registry;

import io.slipway.bundle.InputSchema;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/// The conditions for pointing a stage or an alias to a version.
@ApplicationScoped
class Gates {
  private final VersionRepository versions;

  Gates(VersionRepository versions) {
    this.versions = versions;
  }

  /// Checks the expected revision.
  ///
  /// @throws Refusal.RevisionRequired if the policy requires a revision and `expected` is null
  /// @throws Refusal.StaleRevision if the model has another revision
  void revision(ModelEntity model, Policy policy, @Nullable Long expected) {
    if (expected == null) {
      if (policy.requireIfMatch()) {
        throw new Refusal.RevisionRequired(
            "the policy of "
                + model.name()
                + " requires If-Match with the revision that the change is based on; it is now "
                + model.revision());
      }
    } else if (expected != model.revision()) {
      throw new Refusal.StaleRevision(
          "the model " + model.name() + " is at revision " + model.revision() + ", not " + expected,
          model.revision());
    }
  }

  /// The version `number`, if a stage or an alias may point to it.
  ///
  /// @throws Refusal.Conflict if it is not a ready bundle, if it is archived, if nothing shows that
  ///     it predicts correctly, or if the policy requires a trusted signature and it has none
  ModelVersion servable(ModelEntity model, int number) {
    Policy policy = model.policy();
    ModelVersion version = versions.version(model, number);
    if (!version.bundle()) {
      throw new Refusal.Conflict(version.unservable());
    }
    if (version.status() != VersionStatus.READY) {
      throw new Refusal.Conflict(
          "version " + number + " of " + model.name() + " is " + version.status().word());
    }
    if (version.archived()) {
      throw new Refusal.Conflict(
          "version " + number + " of " + model.name() + " is archived; un-archive it first");
    }
    boolean shown =
        version.examples() > 0
            || !InputSchema.needsExamples(version.objectOfBundle()) && !version.untried();
    if (!shown && !policy.examplesOptional()) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name()
              + (version.untried()
                  ? " is untried: it carries no golden examples, and no generated inputs fit it;"
                      + " one golden example is enough proof: "
                  : " carries no golden examples, so nothing shows that it predicts as it did in"
                      + " training; ")
              + "register it with examples, or set the policy to {\"examples\":\"optional\"}");
    }
    if (policy.signed() && !versions.signed(model, number)) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name()
              + " is not signed by a trusted signer, which the model's policy requires");
    }
    return version;
  }
}
