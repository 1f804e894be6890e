package io.slipway.registry;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Collects what the rows of one model say of what is to be served. A row may come more than once.
final class WantedRows {
  private final ModelEntity model;
  private final Map<String, Stage> stages = new LinkedHashMap<>();
  private final Map<String, Integer> aliases = new TreeMap<>();
  private final Map<Integer, VersionEntity> versions = new TreeMap<>();

  WantedRows(ModelEntity model) {
    this.model = model;
  }

  /// @param version that the stage points to, or its predecessor; null where neither is there
  void add(StageEntity stage, @Nullable VersionEntity version) {
    stages.put(stage.name, stage.toStage());
    add(version);
  }

  /// @param version that the alias points to
  void add(AliasEntity alias, @Nullable VersionEntity version) {
    aliases.put(alias.name, alias.version);
    add(version);
  }

  private void add(@Nullable VersionEntity version) {
    if (version != null) {
      versions.put(version.number, version);
    }
  }

  /// A predecessor that is archived can't be rolled back to.
  Wanted toWanted() {
    Set<Integer> pointed = new HashSet<>(aliases.values());
    stages.values().forEach(stage -> pointed.add(stage.version()));
    Map<Integer, ModelVersion> served = new TreeMap<>();
    versions.forEach(
        (number, version) -> {
          if (pointed.contains(number) || !version.archived) {
            served.put(number, version.toVersion(model.name));
          }
        });
    return new Wanted(model.name, model.revision, List.copyOf(stages.values()), aliases, served);
  }
}
