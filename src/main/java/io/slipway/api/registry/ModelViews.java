package io.slipway.api.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.registry.Model;
import io.slipway.registry.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Models and their policies as JSON; `docs/reference/registry-api.md` says what each member means.
final class ModelViews {
  private ModelViews() {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Models(List<ModelView> models, @Nullable String nextPageToken) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record ModelView(
      String name,
      @Nullable String displayName,
      @Nullable String description,
      @Nullable String owner,
      Map<String, String> tags,
      PolicyView policy,
      long revision,
      Instant createdAt,
      Map<String, PointerViews.StageView> stages,
      Map<String, Integer> aliases,
      int versionCount,
      List<VersionViews.VersionView> latestVersions) {

    static ModelView of(Model model) {
      return new ModelView(
          model.name(),
          model.displayName(),
          model.description(),
          model.owner(),
          model.tags(),
          PolicyView.of(model.policy()),
          model.revision(),
          model.createdAt(),
          PointerViews.StageView.of(model.stages()),
          model.aliases(),
          model.versions(),
          model.latest().stream().map(VersionViews.VersionView::of).toList());
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
}
