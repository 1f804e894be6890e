package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes what may change of models and versions: never their content.
@ApplicationScoped
class Changes {
  private static final List<String> OF_MODEL = List.of("description", "owner", "tags", "policy");
  private static final List<String> OF_VERSION = List.of("description", "tags", "archived");

  private final Catalogue catalogue;
  private final AuditLog audit;

  Changes(Catalogue catalogue, AuditLog audit) {
    this.catalogue = catalogue;
    this.audit = audit;
  }

  Model patch(String name, JsonNode json, @Nullable Long expected, Caller caller) {
    Patch patch = new Patch(json, OF_MODEL);
    return Transactions.call(
        () -> {
          ModelEntity model = ModelEntity.locked(name);
          Gates.revision(model, Policy.NONE, expected);
          apply(patch, model);
          long revision = model.advance();
          audit.append(
              Change.of(caller, "model.changed", name).revision(revision).detail(patch.written()));
          return catalogue.of(model);
        });
  }

  ModelVersion patch(
      String name, int number, JsonNode json, @Nullable Long expected, Caller caller) {
    Patch patch = new Patch(json, OF_VERSION);
    return Transactions.call(
        () -> {
          ModelEntity model = ModelEntity.locked(name);
          Gates.revision(model, Policy.NONE, expected);
          VersionEntity version = VersionEntity.existing(model, number);
          apply(patch, model, version);
          long revision = model.advance();
          audit.append(
              Change.of(caller, "version.changed", name)
                  .version(number)
                  .revision(revision)
                  .detail(patch.written()));
          return version.toVersion(name);
        });
  }

  void delete(String name, boolean force, @Nullable Long expected, Caller caller) {
    Transactions.run(
        () -> {
          ModelEntity model = ModelEntity.locked(name);
          Gates.revision(model, Policy.NONE, expected);
          List<StageEntity> stages = StageEntity.of(model);
          List<AliasEntity> aliases = AliasEntity.of(model);
          if (!force && !(stages.isEmpty() && aliases.isEmpty())) {
            throw new Refusal.Conflict(
                "model "
                    + name
                    + " is served: "
                    + (stages.isEmpty()
                        ? "alias " + aliases.getFirst().name
                        : "stage " + stages.getFirst().name)
                    + " points to one of its versions; force=true deletes it all the same");
          }
          stages.forEach(StageEntity::delete);
          aliases.forEach(AliasEntity::delete);
          long revision = model.advance();
          Instant at =
              audit.append(
                  Change.of(caller, "model.deleted", name)
                      .revision(revision)
                      .detail("{\"force\":" + force + "}"));
          VersionEntity.update(
              "deletedAt = ?1 where modelId = ?2 and deletedAt is null", at, model.id);
          model.deletedAt = at;
        });
  }

  void delete(String name, int number, @Nullable Long expected, Caller caller) {
    Transactions.run(
        () -> {
          ModelEntity model = ModelEntity.locked(name);
          Gates.revision(model, Policy.NONE, expected);
          VersionEntity version = VersionEntity.existing(model, number);
          requireUnused(model, number, "be deleted");
          long revision = model.advance();
          Instant at =
              audit.append(
                  Change.of(caller, "version.deleted", name).version(number).revision(revision));
          version.deletedAt = at;
        });
  }

  private static void apply(Patch patch, ModelEntity model) {
    if (patch.has("description")) {
      model.description = patch.text("description");
    }
    if (patch.has("owner")) {
      model.owner = patch.text("owner");
    }
    if (patch.has("tags")) {
      model.tags = Json.write(patch.tags(Json.texts(model.tags)));
    }
    if (patch.has("policy")) {
      Policy policy = patch.policy();
      for (StageEntity stage : StageEntity.of(model)) {
        if (!policy.names(stage.name)) {
          throw new Refusal.Conflict(
              "the policy must name the stage " + stage.name + ", which points to a version");
        }
      }
      model.policy = PolicyReader.write(policy).toString();
    }
  }

  private static void apply(Patch patch, ModelEntity model, VersionEntity version) {
    if (patch.has("description")) {
      version.description = patch.text("description");
    }
    if (patch.has("tags")) {
      version.tags = Json.write(patch.tags(Json.texts(version.tags)));
    }
    if (patch.has("archived")) {
      boolean archived = patch.flag("archived");
      if (archived) {
        requireUnused(model, version.number, "be archived");
      }
      version.archived = archived;
    }
  }

  private static void requireUnused(ModelEntity model, int number, String what) {
    String user = null;
    for (StageEntity stage : StageEntity.of(model)) {
      user = stage.version == number ? "stage " + stage.name : user;
    }
    for (AliasEntity alias : AliasEntity.of(model)) {
      user = alias.version == number ? "alias " + alias.name : user;
    }
    if (user != null) {
      throw new Refusal.Conflict(
          "version " + number + " can't " + what + ": the " + user + " points to it");
    }
  }
}
