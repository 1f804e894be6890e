package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/// Changes and deletes models and versions. The content of a version never changes.
@ApplicationScoped
class Changes {
  private static final List<String> OF_MODEL =
      List.of("display_name", "description", "owner", "tags", "policy");
  private static final List<String> OF_VERSION = List.of("description", "tags", "archived");

  private final Catalogue catalogue;
  private final ModelRepository models;
  private final VersionRepository versions;
  private final StageRepository stages;
  private final AliasRepository aliases;
  private final Gates gates;
  private final AuditLog audit;

  Changes(
      Catalogue catalogue,
      ModelRepository models,
      VersionRepository versions,
      StageRepository stages,
      AliasRepository aliases,
      Gates gates,
      AuditLog audit) {
    this.catalogue = catalogue;
    this.models = models;
    this.versions = versions;
    this.stages = stages;
    this.aliases = aliases;
    this.gates = gates;
    this.audit = audit;
  }

  Model patch(String name, JsonNode json, @Nullable Long expected, Caller caller) {
    Patch patch = new Patch(json, OF_MODEL);
    return Transactions.call(
        () -> {
          ModelEntity model = locked(name, expected);
          apply(patch, model);
          flush(patch);
          audit.append(
              NewAuditEntry.of(caller, "model.changed", name)
                  .revision(model.advance())
                  .detail(patch.written()));
          return catalogue.now(name);
        });
  }

  ModelVersion patch(
      String name, int number, JsonNode json, @Nullable Long expected, Caller caller) {
    Patch patch = new Patch(json, OF_VERSION);
    return Transactions.call(
        () -> {
          ModelEntity model = locked(name, expected);
          apply(patch, model, versions.entity(model, number));
          audit.append(
              NewAuditEntry.of(caller, "version.changed", name)
                  .version(number)
                  .revision(model.advance())
                  .detail(patch.written()));
          return versions.version(model, number);
        });
  }

  void delete(String name, boolean force, @Nullable Long expected, Caller caller) {
    Transactions.run(
        () -> {
          ModelEntity model = locked(name, expected);
          if (!force) {
            requireUnserved(model);
          }
          stages.delete(model);
          aliases.delete(model);
          Instant at =
              audit.append(
                  NewAuditEntry.of(caller, "model.deleted", name)
                      .revision(model.advance())
                      .detail("{\"force\":" + force + "}"));
          versions.delete(model, at);
          model.delete(at);
        });
  }

  void delete(String name, int number, @Nullable Long expected, Caller caller) {
    Transactions.run(
        () -> {
          ModelEntity model = locked(name, expected);
          VersionEntity version = versions.entity(model, number);
          requireUnused(model, number, "be deleted");
          Instant at =
              audit.append(
                  NewAuditEntry.of(caller, "version.deleted", name)
                      .version(number)
                      .revision(model.advance()));
          version.delete(at);
        });
  }

  /// Writes the changes now, so that a display name that another model has is refused here.
  private void flush(Patch patch) {
    try {
      models.flush();
    } catch (ConstraintViolationException e) {
      throw new Refusal.Conflict(
          "another model has the display name " + patch.json().path("display_name"));
    }
  }

  private ModelEntity locked(String name, @Nullable Long expected) {
    ModelEntity model = models.locked(name);
    gates.revision(model, Policy.NONE, expected);
    return model;
  }

  private void apply(Patch patch, ModelEntity model) {
    if (patch.has("display_name")) {
      model.setDisplayName(patch.display("display_name"));
    }
    if (patch.has("description")) {
      model.setDescription(patch.text("description"));
    }
    if (patch.has("owner")) {
      model.setOwner(patch.line("owner"));
    }
    if (patch.has("tags")) {
      model.setTags(patch.tags(model.tags()));
    }
    if (patch.has("policy")) {
      Policy policy = patch.policy();
      for (Stage stage : stages.stages(model)) {
        if (!policy.names(stage.name())) {
          throw new Refusal.Conflict(
              "the policy must name the stage " + stage.name() + ", which points to a version");
        }
      }
      model.setPolicy(policy);
    }
  }

  private void apply(Patch patch, ModelEntity model, VersionEntity version) {
    if (patch.has("description")) {
      version.setDescription(patch.text("description"));
    }
    if (patch.has("tags")) {
      version.setTags(patch.tags(version.tags()));
    }
    if (patch.has("archived")) {
      boolean archived = patch.flag("archived");
      if (archived) {
        requireUnused(model, version.number(), "be archived");
      }
      version.setArchived(archived);
    }
  }

  private void requireUnserved(ModelEntity model) {
    List<Stage> staged = stages.stages(model);
    Map<String, Integer> named = aliases.aliases(model);
    if (!(staged.isEmpty() && named.isEmpty())) {
      throw new Refusal.Conflict(
          "model "
              + model.name()
              + " is served: "
              + (staged.isEmpty()
                  ? "alias " + named.keySet().iterator().next()
                  : "stage " + staged.getFirst().name())
              + " points to one of its versions; force=true deletes it anyway");
    }
  }

  private void requireUnused(ModelEntity model, int number, String what) {
    String user = null;
    for (Stage stage : stages.stages(model)) {
      user = stage.version() == number ? "stage " + stage.name() : user;
    }
    for (Map.Entry<String, Integer> alias : aliases.aliases(model).entrySet()) {
      user = alias.getValue() == number ? "alias " + alias.getKey() : user;
    }
    if (user != null) {
      throw new Refusal.Conflict(
          "version " + number + " can't " + what + ": the " + user + " points to it");
    }
  }
}
