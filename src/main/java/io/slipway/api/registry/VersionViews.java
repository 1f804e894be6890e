package io.slipway.api.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.bundle.Finding;
import io.slipway.bundle.GraphSummary;
import io.slipway.bundle.Sharing;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.Comparison;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.VersionDetail;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Versions as JSON: list entries, details, lineage, comparisons; `docs/reference/registry-api.md`
/// describes each member.
final class VersionViews {
  private VersionViews() {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Versions(List<VersionView> versions, @Nullable String nextPageToken) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record VersionView(
      String model,
      int version,
      String kind,
      String status,
      String digest,
      long size,
      @Nullable String source,
      @Nullable String object,
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
          version.kind().word(),
          version.status().name(),
          version.digest().toString(),
          version.size(),
          version.source(),
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
      String kind,
      String status,
      String digest,
      @Nullable String archiveDigest,
      long size,
      @Nullable String source,
      @Nullable String object,
      int examples,
      @Nullable String description,
      Map<String, String> tags,
      boolean archived,
      Instant registeredAt,
      String registeredBy,
      List<String> stages,
      List<String> aliases,
      @Nullable JsonNode checks,
      @Nullable JsonNode sharing,
      @Nullable JsonNode signature,
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
          version.kind().word(),
          version.status().name(),
          version.digest().toString(),
          archive(version),
          version.size(),
          version.source(),
          version.object(),
          version.examples(),
          version.description(),
          version.tags(),
          version.archived(),
          version.registeredAt(),
          version.registeredBy(),
          detail.stages(),
          detail.aliases(),
          document(detail.checks()),
          member(detail.checks(), "sharing"),
          document(detail.signature()),
          member(manifest, "input"),
          member(manifest, "preprocessing"),
          member(manifest, "tensors"),
          member(manifest, "output"),
          member(manifest, "lineage"),
          member(manifest.path("lineage"), "metrics"),
          detail.files());
    }
  }

  /// The origin of a version, for audits.
  @JsonNaming(SnakeCaseStrategy.class)
  record LineageView(
      String model,
      int version,
      String digest,
      @Nullable String archiveDigest,
      Instant registeredAt,
      String registeredBy,
      @Nullable JsonNode lineage,
      JsonNode files,
      @Nullable JsonNode checks,
      List<String> stages,
      List<String> aliases,
      List<AuditViews.AuditView> history) {

    static LineageView of(VersionDetail detail, List<AuditEntry> history) {
      ModelVersion version = detail.version();
      return new LineageView(
          version.model(),
          version.number(),
          version.digest().toString(),
          archive(version),
          version.registeredAt(),
          version.registeredBy(),
          member(detail.manifest(), "lineage"),
          detail.files(),
          document(detail.checks()),
          detail.stages(),
          detail.aliases(),
          history.stream().map(AuditViews.AuditView::of).toList());
    }
  }

  /// Two versions with their differences.
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

  /// A side without the value is absent, which differs from null.
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

  /// The summary of a model's graph.
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

  /// Whether rows may share a run of the model.
  record SharingView(String verdict, String why) {
    static SharingView of(Sharing sharing) {
      return new SharingView(sharing.verdict().word(), sharing.why());
    }
  }

  /// @param examples the number of examples reproduced
  /// @param remarks observations that do not prevent publication
  @JsonNaming(SnakeCaseStrategy.class)
  record DryRun(
      String model,
      boolean dryRun,
      String digest,
      int examples,
      double maxDifference,
      long millis,
      SharingView sharing,
      @JsonRawValue String signature,
      boolean untried,
      String optimization,
      List<Finding> remarks) {}

  /// What a dry run says of files.
  ///
  /// @param files their number
  @JsonNaming(SnakeCaseStrategy.class)
  record FilesDryRun(String model, boolean dryRun, String kind, String digest, int files) {}

  private static @Nullable String archive(ModelVersion version) {
    return version.blob() == null ? null : version.blob().toString();
  }

  private static @Nullable JsonNode document(JsonNode document) {
    return document.isMissingNode() ? null : document;
  }

  private static @Nullable JsonNode member(JsonNode object, String name) {
    return object.get(name);
  }
}
