package io.slipway.console;

import io.slipway.registry.AuditEntry;
import io.slipway.registry.Model;
import io.slipway.registry.Stage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The list of models.
///
/// @param more the URL of the next page; null on the last one
public record ModelsPage(
    @Nullable String q, @Nullable String tag, List<Row> rows, @Nullable String more) {

  /// One model.
  ///
  /// @param traffic of all its versions
  /// @param missing why a promoted version is not loaded here; null where all are loaded
  /// @param last the newest entry of its history
  public record Row(
      Model model, Traffic traffic, @Nullable String missing, @Nullable AuditEntry last) {
    public @Nullable Stage production() {
      return stage(Stage.PRODUCTION);
    }

    private @Nullable Stage stage(String name) {
      return model.stages().stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
    }

    /// The stages other than production.
    public List<Stage> others() {
      return model.stages().stream().filter(s -> !s.name().equals(Stage.PRODUCTION)).toList();
    }

    /// The tags as `key=value`, or `key` where the value is empty.
    public List<String> tags() {
      return Pair.tags(model.tags());
    }
  }

  /// A name and its value.
  public record Pair(String name, String value) {
    static List<String> tags(Map<String, String> tags) {
      return tags.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(e -> e.getValue().isEmpty() ? e.getKey() : e.getKey() + "=" + e.getValue())
          .toList();
    }
  }

  public boolean searching() {
    return q != null || tag != null;
  }
}
