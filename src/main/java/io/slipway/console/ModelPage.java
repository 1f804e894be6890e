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

/// One model: where its pointers stand, its versions, its history.
///
/// @param missing why what is promoted is not loaded here; null where it is
/// @param older the address of older versions; null where there are none
public record ModelPage(
    Model model,
    Traffic traffic,
    @Nullable String missing,
    List<Row> versions,
    List<AuditEntry> history,
    @Nullable String older) {
  /// How many metrics a row has room for.
  private static final int METRICS = 4;

  /// One version in the list.
  public record Row(VersionDetail detail) {
    public ModelVersion version() {
      return detail.version();
    }

    public boolean inProduction() {
      return detail.stages().contains(Stage.PRODUCTION);
    }

    /// The first few numbers of its training.
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

  /// The newest version that is not in production; null where there is none.
  public @Nullable Integer candidate() {
    return versions.stream()
        .filter(row -> !row.inProduction() && !row.version().archived())
        .map(row -> row.version().number())
        .findFirst()
        .orElse(null);
  }
}
