package io.slipway.console;

import io.slipway.registry.Model;
import io.slipway.registry.ModelVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The form for the descriptive data of a model or a version: display name, description, owner,
/// tags.
///
/// @param version null for the model itself
/// @param revision the revision of the model that the page shows
public record EditPage(
    String model,
    @Nullable Integer version,
    long revision,
    @Nullable String displayName,
    @Nullable String description,
    @Nullable String owner,
    Map<String, String> tags,
    boolean archived) {

  static EditPage of(Model model) {
    return new EditPage(
        model.name(),
        null,
        model.revision(),
        model.displayName(),
        model.description(),
        model.owner(),
        model.tags(),
        false);
  }

  static EditPage of(Model model, ModelVersion version) {
    return new EditPage(
        model.name(),
        version.number(),
        model.revision(),
        null,
        version.description(),
        null,
        version.tags(),
        version.archived());
  }

  public String title() {
    return version == null ? model : model + " v" + version;
  }

  public String url() {
    return "/api/v1" + path();
  }

  public String back() {
    return "/console" + path();
  }

  private String path() {
    return "/models/" + model + (version == null ? "" : "/versions/" + version);
  }

  /// The tags as the form shows them, one per line.
  public String lines() {
    return String.join("\n", ModelsPage.Pair.tags(tags));
  }
}
