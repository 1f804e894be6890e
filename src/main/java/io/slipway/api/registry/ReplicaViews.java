package io.slipway.api.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.registry.ModelReport;
import io.slipway.registry.ReplicaReport;
import io.slipway.serving.replica.Followers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Replicas as JSON: what each serves, and which have followed a move;
/// `docs/reference/registry-api.md` says what each member means.
final class ReplicaViews {
  private ReplicaViews() {}

  /// @param live the number of live replicas, this one included
  /// @param followed how many of them serve the move
  record FollowingView(int live, int followed, List<BehindView> behind) {
    static FollowingView of(Followers.Following following) {
      return new FollowingView(
          following.live(),
          following.live() - following.behind().size(),
          following.behind().stream().map(BehindView::of).toList());
    }
  }

  /// @param revision that it serves; null for none
  record BehindView(String id, String name, @Nullable Long revision, String reason) {
    static BehindView of(Followers.Behind behind) {
      return new BehindView(behind.id(), behind.name(), known(behind.revision()), behind.reason());
    }
  }

  record ReplicasView(List<ReplicaView> replicas) {
    static ReplicasView of(List<ReplicaReport> all, UUID self) {
      return new ReplicasView(
          all.stream().map(report -> ReplicaView.of(report, all, self)).toList());
    }
  }

  /// @param self whether it is the answering replica
  @JsonNaming(SnakeCaseStrategy.class)
  record ReplicaView(
      String id,
      String name,
      String version,
      Instant startedAt,
      Instant reportedAt,
      boolean live,
      boolean self,
      Map<String, Long> behind,
      Map<String, ReplicaModelView> models) {

    static ReplicaView of(ReplicaReport report, List<ReplicaReport> all, UUID self) {
      Map<String, ReplicaModelView> models = new TreeMap<>();
      report.models().forEach((name, model) -> models.put(name, ReplicaModelView.of(model)));
      return new ReplicaView(
          report.id().toString(),
          report.name(),
          report.version(),
          report.startedAt(),
          report.reportedAt(),
          report.live(),
          report.id().equals(self),
          report.behind(all),
          models);
    }
  }

  /// @param revision that it serves; null for none
  record ReplicaModelView(
      @Nullable Long revision,
      Map<String, Integer> pointers,
      List<Integer> loaded,
      Map<Integer, String> failed) {

    static ReplicaModelView of(ModelReport model) {
      return new ReplicaModelView(
          known(model.revision()),
          new TreeMap<>(model.pointers()),
          model.loaded().stream().sorted().toList(),
          new TreeMap<>(model.failed()));
    }
  }

  private static @Nullable Long known(long revision) {
    return revision == ModelReport.NONE ? null : revision;
  }
}
