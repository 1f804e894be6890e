package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes what may change of models and versions: never their content.
@ApplicationScoped
class Changes {
  private static final List<String> OF_MODEL = List.of("description", "owner", "tags", "policy");
  private static final List<String> OF_VERSION = List.of("description", "tags", "archived");

  private static final String CHANGE_MODEL =
      """
      update model
      set description = :description, owner = :owner, tags = cast(:tags as jsonb),
        policy = coalesce(cast(:policy as jsonb), policy), revision = revision + 1
      where id = :id
      """;

  private static final String CHANGE_VERSION =
      """
      update model_version
      set description = :description, tags = cast(:tags as jsonb), archived = :archived
      where model_id = :model and number = :number
      """;

  private static final String DELETE_VERSIONS =
      "update model_version set deleted_at = :at where model_id = :model and deleted_at is null";

  private static final String DELETE_VERSION =
      "update model_version set deleted_at = :at where model_id = :model and number = :number";

  private final Catalogue catalogue;
  private final Sql sql;
  private final Tables tables;
  private final Gates gates;
  private final AuditLog audit;

  Changes(Catalogue catalogue, Sql sql, Tables tables, Gates gates, AuditLog audit) {
    this.catalogue = catalogue;
    this.sql = sql;
    this.tables = tables;
    this.gates = gates;
    this.audit = audit;
  }

  Model patch(String name, JsonNode json, @Nullable Long expected, Caller caller) {
    Patch patch = new Patch(json, OF_MODEL);
    return Transactions.call(
        () -> {
          ModelRow model = locked(name, expected);
          apply(patch, model);
          audit.append(
              NewAuditEntry.of(caller, "model.changed", name)
                  .revision(model.revision() + 1)
                  .detail(patch.written()));
          return catalogue.of(tables.model(name));
        });
  }

  ModelVersion patch(
      String name, int number, JsonNode json, @Nullable Long expected, Caller caller) {
    Patch patch = new Patch(json, OF_VERSION);
    return Transactions.call(
        () -> {
          ModelRow model = locked(name, expected);
          apply(patch, model, tables.version(model, number));
          tables.advance(model);
          audit.append(
              NewAuditEntry.of(caller, "version.changed", name)
                  .version(number)
                  .revision(model.revision() + 1)
                  .detail(patch.written()));
          return tables.version(model, number);
        });
  }

  void delete(String name, boolean force, @Nullable Long expected, Caller caller) {
    Transactions.run(
        () -> {
          ModelRow model = locked(name, expected);
          if (!force) {
            requireUnserved(model);
          }
          sql.of("delete from stage where model_id = :model").set("model", model.id()).run();
          sql.of("delete from alias where model_id = :model").set("model", model.id()).run();
          tables.advance(model);
          Instant at =
              audit.append(
                  NewAuditEntry.of(caller, "model.deleted", name)
                      .revision(model.revision() + 1)
                      .detail("{\"force\":" + force + "}"));
          sql.of(DELETE_VERSIONS).set("at", at).set("model", model.id()).run();
          sql.of("update model set deleted_at = :at where id = :id")
              .set("at", at)
              .set("id", model.id())
              .run();
        });
  }

  void delete(String name, int number, @Nullable Long expected, Caller caller) {
    Transactions.run(
        () -> {
          ModelRow model = locked(name, expected);
          tables.version(model, number);
          requireUnused(model, number, "be deleted");
          tables.advance(model);
          Instant at =
              audit.append(
                  NewAuditEntry.of(caller, "version.deleted", name)
                      .version(number)
                      .revision(model.revision() + 1));
          sql.of(DELETE_VERSION).set("at", at).set("model", model.id()).set("number", number).run();
        });
  }

  private ModelRow locked(String name, @Nullable Long expected) {
    ModelRow model = tables.locked(name);
    gates.revision(model, Policy.NONE, expected);
    return model;
  }

  private void apply(Patch patch, ModelRow model) {
    Policy policy = patch.has("policy") ? patch.policy() : null;
    if (policy != null) {
      for (Stage stage : tables.stages(model)) {
        if (!policy.names(stage.name())) {
          throw new Refusal.Conflict(
              "the policy must name the stage " + stage.name() + ", which points to a version");
        }
      }
    }
    sql.of(CHANGE_MODEL)
        .set("description", text(patch, "description", model.description()))
        .set("owner", text(patch, "owner", model.owner()))
        .set("tags", tags(patch, model.tags()))
        .set("policy", policy == null ? null : PolicyReader.write(policy).toString())
        .set("id", model.id())
        .run();
  }

  private void apply(Patch patch, ModelRow model, ModelVersion version) {
    boolean archived = patch.has("archived") ? patch.flag("archived") : version.archived();
    if (archived && patch.has("archived")) {
      requireUnused(model, version.number(), "be archived");
    }
    sql.of(CHANGE_VERSION)
        .set("description", text(patch, "description", version.description()))
        .set("tags", tags(patch, version.tags()))
        .set("archived", archived)
        .set("model", model.id())
        .set("number", version.number())
        .run();
  }

  private static @Nullable String text(Patch patch, String member, @Nullable String now) {
    return patch.has(member) ? patch.text(member) : now;
  }

  private static String tags(Patch patch, Map<String, String> now) {
    return Json.write(patch.has("tags") ? patch.tags(now) : now);
  }

  private void requireUnserved(ModelRow model) {
    List<Stage> stages = tables.stages(model);
    Map<String, Integer> aliases = tables.aliases(model);
    if (!(stages.isEmpty() && aliases.isEmpty())) {
      throw new Refusal.Conflict(
          "model "
              + model.name()
              + " is served: "
              + (stages.isEmpty()
                  ? "alias " + aliases.keySet().iterator().next()
                  : "stage " + stages.getFirst().name())
              + " points to one of its versions; force=true deletes it all the same");
    }
  }

  private void requireUnused(ModelRow model, int number, String what) {
    String user = null;
    for (Stage stage : tables.stages(model)) {
      user = stage.version() == number ? "stage " + stage.name() : user;
    }
    for (Map.Entry<String, Integer> alias : tables.aliases(model).entrySet()) {
      user = alias.getValue() == number ? "alias " + alias.getKey() : user;
    }
    if (user != null) {
      throw new Refusal.Conflict(
          "version " + number + " can't " + what + ": the " + user + " points to it");
    }
  }
}
