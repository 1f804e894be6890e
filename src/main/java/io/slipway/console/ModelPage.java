package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.Model;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.VersionDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The page of one model: its stages, aliases, versions and history.
///
/// @param missing why a promoted version is not loaded here; null where all are loaded
/// @param older the URL of the next page, with older versions; null on the last one
public record ModelPage(
    Model model,
    Traffic traffic,
    @Nullable String missing,
    List<Row> versions,
    List<AuditEntry> history,
    @Nullable String older) {
  /// The number of metrics that a row shows.
  private static final int METRICS = 4;

  /// One version in the list.
  public record Row(VersionDetail detail) {
    public ModelVersion version() {
      return detail.version();
    }

    /// Whether a stage may point to it, as far as its row says.
    public boolean promotable() {
      return version().bundle() && !version().archived();
    }

    public boolean inProduction() {
      return detail.stages().contains(Stage.PRODUCTION);
    }

    /// The first few metrics of its training.
    public List<Metric> metrics() {
      List<Metric> metrics = new ArrayList<>();
      for (Map.Entry<String, JsonNode> metric :
          detail.manifest().at("/lineage/metrics").properties()) {
        if (metric.getValue().isNumber() && metrics.size() < METRICS) {
          metrics.add(new Metric(metric.getKey(), metric.getValue().asText()));
        }
      }
      return metrics;
    }
  }

  public record Metric(String name, String value) {}

  public List<String> tags() {
    return ModelsPage.Pair.tags(model.tags());
  }

  public List<Map.Entry<String, Integer>> aliases() {
    return model.aliases().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
  }

  /// The newest version that could be promoted to production; null where there is none.
  public @Nullable Integer candidate() {
    return versions.stream()
        .filter(row -> !row.inProduction() && row.promotable())
        .map(row -> row.version().number())
        .findFirst()
        .orElse(null);
  }
}
