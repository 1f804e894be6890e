package io.slipway.registry;

import io.slipway.bundle.InputSchema;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/// What must hold before a pointer may move.
@ApplicationScoped
class Gates {
  private static final String SIGNED =
      """
      select 1 from model_version
      where model_id = :model and number = :number and jsonb_exists(checks, 'signed')
      """;

  private final Sql sql;
  private final Tables tables;

  Gates(Sql sql, Tables tables) {
    this.sql = sql;
    this.tables = tables;
  }

  /// @throws Refusal.RevisionRequired where the policy wants a revision and there is none
  /// @throws Refusal.StaleRevision where the model has moved on
  void revision(ModelRow model, Policy policy, @Nullable Long expected) {
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
  ModelVersion servable(ModelRow model, int number) {
    Policy policy = model.policy();
    ModelVersion version = tables.version(model, number);
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
    if (policy.signed() && !signed(model, number)) {
      throw new Refusal.Conflict(
          "version "
              + number
              + " of "
              + model.name()
              + " is not signed by anybody who is trusted, and the model's policy wants it");
    }
    return version;
  }

  private boolean signed(ModelRow model, int number) {
    return sql.of(SIGNED).set("model", model.id()).set("number", number).first(row -> 1) != null;
  }
}
