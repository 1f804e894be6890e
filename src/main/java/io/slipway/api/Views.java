package io.slipway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.bundle.GraphSummary;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.Comparison;
import io.slipway.registry.Model;
import io.slipway.registry.ModelReport;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Page;
import io.slipway.registry.Policy;
import io.slipway.registry.ReplicaReport;
import io.slipway.registry.Stage;
import io.slipway.registry.VersionDetail;
import io.slipway.serving.Followers;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The registry's answers as JSON; `docs/reference/registry-api.md` says what each member means.
final class Views {
  private static final String READY = "READY";

  private Views() {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Models(List<ModelView> models, @Nullable String nextPageToken) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record ModelView(
      String name,
      @Nullable String description,
      @Nullable String owner,
      Map<String, String> tags,
      PolicyView policy,
      long revision,
      Instant createdAt,
      Map<String, StageView> stages,
      Map<String, Integer> aliases,
      int versionCount,
      List<VersionView> latestVersions) {

    static ModelView of(Model model) {
      return new ModelView(
          model.name(),
          model.description(),
          model.owner(),
          model.tags(),
          PolicyView.of(model.policy()),
          model.revision(),
          model.createdAt(),
          StageView.of(model.stages()),
          model.aliases(),
          model.versions(),
          model.latest().stream().map(VersionView::of).toList());
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record PolicyView(
      String examples,
      boolean requireIfMatch,
      List<String> stages,
      List<String> lineage,
      String signed) {
    static PolicyView of(Policy policy) {
      return new PolicyView(
          policy.examplesOptional() ? "optional" : "required",
          policy.requireIfMatch(),
          policy.stages(),
          policy.lineage(),
          policy.signed() ? "required" : "optional");
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record StageView(
      String stage,
      int version,
      @Nullable Integer previous,
      long revision,
      Instant movedAt,
      String movedBy) {

    static StageView of(Stage stage) {
      return new StageView(
          stage.name(),
          stage.version(),
          stage.previous(),
          stage.revision(),
          stage.movedAt(),
          stage.movedBy());
    }

    static Map<String, StageView> of(List<Stage> stages) {
      Map<String, StageView> views = new java.util.TreeMap<>();
      stages.forEach(stage -> views.put(stage.name(), of(stage)));
      return views;
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record Versions(List<VersionView> versions, @Nullable String nextPageToken) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record VersionView(
      String model,
      int version,
      String status,
      String digest,
      long size,
      String object,
      int examples,
      @Nullable String description,
      Map<String, String> tags,
      boolean archived,
      Instant registeredAt,
      String registeredBy) {

    static VersionView of(ModelVersion version) {
      return new VersionView(
          version.model(),
          version.number(),
          READY,
          version.digest().toString(),
          version.size(),
          version.object(),
          version.examples(),
          version.description(),
          version.tags(),
          version.archived(),
          version.registeredAt(),
          version.registeredBy());
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record VersionDetailView(
      String model,
      int version,
      String status,
      String digest,
      String archiveDigest,
      long size,
      String object,
      int examples,
      @Nullable String description,
      Map<String, String> tags,
      boolean archived,
      Instant registeredAt,
      String registeredBy,
      List<String> stages,
      List<String> aliases,
      JsonNode checks,
      JsonNode signature,
      @Nullable JsonNode input,
      @Nullable JsonNode preprocessing,
      @Nullable JsonNode tensors,
      @Nullable JsonNode output,
      @Nullable JsonNode lineage,
      @Nullable JsonNode metrics,
      JsonNode files) {

    static VersionDetailView of(VersionDetail detail) {
      ModelVersion version = detail.version();
      JsonNode manifest = detail.manifest();
      return new VersionDetailView(
          version.model(),
          version.number(),
          READY,
          version.digest().toString(),
          version.blob().toString(),
          version.size(),
          version.object(),
          version.examples(),
          version.description(),
          version.tags(),
          version.archived(),
          version.registeredAt(),
          version.registeredBy(),
          detail.stages(),
          detail.aliases(),
          detail.checks(),
          detail.signature(),
          member(manifest, "input"),
          member(manifest, "preprocessing"),
          member(manifest, "tensors"),
          member(manifest, "output"),
          member(manifest, "lineage"),
          member(manifest.path("lineage"), "metrics"),
          detail.files());
    }
  }

  /// What a version was built from, for an auditor.
  @JsonNaming(SnakeCaseStrategy.class)
  record LineageView(
      String model,
      int version,
      String digest,
      String archiveDigest,
      Instant registeredAt,
      String registeredBy,
      @Nullable JsonNode lineage,
      JsonNode files,
      JsonNode checks,
      List<String> stages,
      List<String> aliases,
      List<AuditView> history) {

    static LineageView of(VersionDetail detail, List<AuditEntry> history) {
      ModelVersion version = detail.version();
      return new LineageView(
          version.model(),
          version.number(),
          version.digest().toString(),
          version.blob().toString(),
          version.registeredAt(),
          version.registeredBy(),
          member(detail.manifest(), "lineage"),
          detail.files(),
          detail.checks(),
          detail.stages(),
          detail.aliases(),
          history.stream().map(AuditView::of).toList());
    }
  }

  /// Two versions side by side, and where they differ.
  record ComparisonView(
      String model, List<VersionDetailView> versions, List<DifferenceView> differences) {

    static ComparisonView of(Comparison comparison) {
      return new ComparisonView(
          comparison.left().version().model(),
          List.of(
              VersionDetailView.of(comparison.left()), VersionDetailView.of(comparison.right())),
          comparison.differences().stream().map(DifferenceView::of).toList());
    }
  }

  /// What the model's file is made of.
  @JsonNaming(SnakeCaseStrategy.class)
  record GraphView(
      String model,
      int version,
      long irVersion,
      Map<String, Long> opsets,
      long nodes,
      int depth,
      List<GraphSummary.Operator> operators,
      int functions,
      int trees) {

    static GraphView of(String model, int version, GraphSummary graph) {
      return new GraphView(
          model,
          version,
          graph.irVersion(),
          graph.opsets(),
          graph.nodes(),
          graph.depth(),
          graph.operators(),
          graph.functions(),
          graph.trees());
    }
  }

  /// A side that has nothing there is absent, which is not the same as null.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record DifferenceView(String part, String at, @Nullable JsonNode left, @Nullable JsonNode right) {

    static DifferenceView of(Comparison.Difference difference) {
      return new DifferenceView(
          difference.part().name().toLowerCase(Locale.ROOT),
          difference.at(),
          there(difference.left()),
          there(difference.right()));
    }

    private static @Nullable JsonNode there(JsonNode side) {
      return side.isMissingNode() ? null : side;
    }
  }

  /// @param examples how many were reproduced
  @JsonNaming(SnakeCaseStrategy.class)
  record DryRun(
      String model,
      boolean dryRun,
      String digest,
      int examples,
      double maxDifference,
      long millis,
      @JsonRawValue String signature) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Moved(
      String model,
      String stage,
      int version,
      @Nullable Integer previous,
      long revision,
      Instant movedAt,
      boolean moved,
      long activatedInMs,
      FollowingView replicas) {}

  /// @param live how many replicas were asked, this one included
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

  /// @param self whether it is the one that answers
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

  @JsonNaming(SnakeCaseStrategy.class)
  record AliasView(
      String model,
      String alias,
      @Nullable Integer version,
      @Nullable Integer previous,
      long revision) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Audit(List<AuditView> entries, @Nullable String nextPageToken) {
    static Audit of(Page<AuditEntry> page) {
      return new Audit(page.items().stream().map(AuditView::of).toList(), page.nextPageToken());
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record AuditView(
      long seq,
      Instant at,
      String actor,
      String action,
      @Nullable String model,
      @Nullable Integer version,
      @Nullable String target,
      @Nullable String from,
      @Nullable String to,
      @Nullable String reason,
      @Nullable Long revision,
      @Nullable String requestId,
      @JsonRawValue @Nullable String detail,
      String previousHash,
      String hash) {

    static AuditView of(AuditEntry entry) {
      return new AuditView(
          entry.seq(),
          entry.at(),
          entry.actor(),
          entry.action(),
          entry.model(),
          entry.version(),
          entry.target(),
          entry.from(),
          entry.to(),
          entry.reason(),
          entry.revision(),
          entry.requestId(),
          entry.detail(),
          entry.previousHash(),
          entry.hash());
    }
  }

  private static @Nullable JsonNode member(JsonNode object, String name) {
    return object.get(name);
  }
}
