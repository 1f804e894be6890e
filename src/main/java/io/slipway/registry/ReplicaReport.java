package io.slipway.registry;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// The latest report of a replica.
///
/// @param id of its data folder
/// @param version of the software
/// @param reportedAt by the clock of the database
/// @param live whether the report is recent enough for the replica to count
/// @param models what it serves, by model
public record ReplicaReport(
    UUID id,
    String name,
    String version,
    Instant startedAt,
    Instant reportedAt,
    boolean live,
    Map<String, ModelReport> models) {

  /// The revision of `model` that this replica serves; [ModelReport#NONE] if it serves none.
  public long revision(String model) {
    ModelReport report = models.get(model);
    return report == null ? ModelReport.NONE : report.revision();
  }

  /// The models of which a live replica in `all` serves a later revision, with the number of
  /// moves in between.
  public Map<String, Long> behind(Collection<ReplicaReport> all) {
    Map<String, Long> behind = new TreeMap<>();
    for (ReplicaReport other : all) {
      if (other.live) {
        other.models.forEach(
            (model, report) -> {
              long moves = report.revision() - revision(model);
              if (moves > 0) {
                behind.merge(model, moves, Math::max);
              }
            });
      }
    }
    return behind;
  }
}
