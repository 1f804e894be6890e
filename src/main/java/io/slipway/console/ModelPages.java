package io.slipway.console;

import io.slipway.bundle.InputSchema;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.Comparison;
import io.slipway.registry.Model;
import io.slipway.registry.ModelQuery;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.Stage;
import io.slipway.registry.VersionDetail;
import io.slipway.serving.load.Graphs;
import io.slipway.serving.load.ServingState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The pages about models.
@Path("/console")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class ModelPages {
  private static final String MODELS = "models";
  private static final int ROWS = 50;
  private static final int VERSIONS = 20;
  private static final int CHOICE = 100;
  private static final int ENTRIES = 12;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final Pages pages;
  private final Registry registry;
  private final ServingState serving;
  private final Graphs graphs;
  private final Trends trends;
  private final Sampler sampler;

  ModelPages(
      Pages pages,
      Registry registry,
      ServingState serving,
      Graphs graphs,
      Trends trends,
      Sampler sampler) {
    this.pages = pages;
    this.registry = registry;
    this.serving = serving;
    this.graphs = graphs;
    this.trends = trends;
    this.sampler = sampler;
  }

  @GET
  @Operation(hidden = true)
  public Response models(
      @QueryParam("q") @Nullable String q,
      @QueryParam("tag") @Nullable String tag,
      @QueryParam("page_token") @Nullable String pageToken) {
    return pages.page(
        MODELS,
        shell -> Templates.models(shell, found(shell.viewer(), blank(q), blank(tag), pageToken)));
  }

  private static @Nullable String blank(@Nullable String parameter) {
    return parameter == null || parameter.isBlank() ? null : parameter.strip();
  }

  private ModelsPage found(
      Viewer viewer, @Nullable String q, @Nullable String tag, @Nullable String pageToken) {
    Page<Model> page =
        registry.list(
            new ModelQuery(
                q,
                tag == null ? List.of() : List.of(tag),
                null,
                viewer.identity().scope().models(),
                pageToken,
                ROWS));
    Map<String, AuditEntry> last =
        registry.lastChanges(page.items().stream().map(Model::name).toList());
    List<ModelsPage.Row> rows = new ArrayList<>();
    for (Model model : page.items()) {
      rows.add(
          new ModelsPage.Row(
              model, traffic(model.name()), missing(model.name()), last.get(model.name())));
    }
    return new ModelsPage(q, tag, rows, more(page.nextPageToken(), q, tag));
  }

  private static @Nullable String more(
      @Nullable String token, @Nullable String q, @Nullable String tag) {
    if (token == null) {
      return null;
    }
    UriBuilder more = UriBuilder.fromPath("/console").queryParam("page_token", token);
    if (q != null) {
      more.queryParam("q", q);
    }
    if (tag != null) {
      more.queryParam("tag", tag);
    }
    return more.build().toString();
  }

  private Traffic traffic(String model) {
    double seconds = sampler.every().toMillis() / 1000.0;
    return Traffic.of(trends.last(Trends.KEPT / 2, v -> v.model().equals(model)), seconds);
  }

  /// Why a promoted version of `model` is not loaded here; null where all are loaded.
  private @Nullable String missing(String model) {
    return serving.absent().entrySet().stream()
        .filter(entry -> entry.getKey().model().equals(model))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  @GET
  @Path("/models/{model}")
  @Operation(hidden = true)
  public Response model(
      @PathParam("model") String name, @QueryParam("page_token") @Nullable String pageToken) {
    return pages.page(
        MODELS,
        shell -> {
          Model model = registry.find(name);
          Page<VersionDetail> versions = registry.details(name, pageToken, VERSIONS);
          String token = versions.nextPageToken();
          return Templates.model(
              shell,
              new ModelPage(
                  model,
                  traffic(name),
                  missing(name),
                  versions.items().stream().map(ModelPage.Row::new).toList(),
                  registry.history(name, null, ENTRIES).items(),
                  token == null ? null : "/console/models/" + name + "?page_token=" + token));
        });
  }

  @GET
  @Path("/models/{model}/promote")
  @Operation(hidden = true)
  public Response promote(
      @PathParam("model") String name,
      @QueryParam("version") @Nullable String version,
      @QueryParam("stage") @Nullable String stage) {
    return pages.page(
        MODELS,
        shell -> {
          Model model = registry.find(name);
          ModelVersion target = registry.find(name, required(version));
          String chosen = stage(model, stage);
          return Templates.move(
              shell, move(model, chosen, false, target.number(), obstacle(model, target)));
        });
  }

  private static String stage(Model model, @Nullable String stage) {
    if (stage == null) {
      return Stage.PRODUCTION;
    }
    if (!stages(model).contains(stage)) {
      throw new Refusal.NotFound(model.name() + " has no stage " + stage);
    }
    return stage;
  }

  private static List<String> stages(Model model) {
    List<String> stages = new ArrayList<>(List.of(Stage.PRODUCTION, Stage.STAGING));
    model.policy().stages().stream().filter(s -> !stages.contains(s)).forEach(stages::add);
    return stages;
  }

  /// Why the registry would refuse this promotion; null where no reason is known to this page.
  private static @Nullable String obstacle(Model model, ModelVersion version) {
    if (!version.bundle()) {
      return Words.sentence(version.unservable());
    }
    if (version.archived()) {
      return "Version " + version.number() + " is archived.";
    }
    boolean shows = version.examples() > 0 || !InputSchema.needsExamples(version.objectOfBundle());
    return shows || model.policy().examplesOptional()
        ? null
        : "Version "
            + version.number()
            + " has no golden examples, so nothing shows that it predicts as in training.";
  }

  @GET
  @Path("/models/{model}/rollback")
  @Operation(hidden = true)
  public Response rollback(
      @PathParam("model") String name, @QueryParam("stage") @Nullable String stage) {
    return pages.page(
        MODELS,
        shell -> {
          Model model = registry.find(name);
          Stage held = held(model, stage(model, stage));
          Integer previous = held == null ? null : held.previous();
          if (held == null || previous == null) {
            throw new Refusal.NotFound(
                "no previous version to roll back to in " + stage(model, stage) + " of " + name);
          }
          return Templates.move(shell, move(model, held.name(), true, previous, null));
        });
  }

  private static @Nullable Stage held(Model model, String stage) {
    return model.stages().stream().filter(s -> s.name().equals(stage)).findFirst().orElse(null);
  }

  private MovePage move(
      Model model, String stage, boolean rollback, int to, @Nullable String obstacle) {
    Stage held = held(model, stage);
    DifferenceView difference =
        held == null || held.version() == to
            ? null
            : DifferenceView.of(registry.compare(model.name(), held.version(), to));
    return new MovePage(
        model,
        stage,
        rollback,
        to,
        held == null ? null : held.version(),
        stages(model),
        difference,
        obstacle);
  }

  @GET
  @Path("/models/{model}/versions/{version:[0-9]{1,9}}")
  @Operation(hidden = true)
  public Response version(@PathParam("model") String name, @PathParam("version") int number) {
    return pages.page(
        MODELS,
        shell -> {
          VersionDetail detail = registry.detail(name, number);
          boolean bundle = detail.version().bundle();
          return Templates.version(
              shell,
              new VersionPage(
                  registry.find(name),
                  detail,
                  ModelCard.of(registry, detail),
                  bundle ? FlowView.of(detail.manifest()) : null,
                  bundle ? graphs.of(detail) : null,
                  FieldView.of(detail.manifest().path("input")),
                  ExampleView.of(registry, detail)));
        });
  }

  @GET
  @Path("/models/{model}/compare")
  @Operation(hidden = true)
  public Response compare(
      @PathParam("model") String name,
      @QueryParam("a") @Nullable String a,
      @QueryParam("b") @Nullable String b) {
    return pages.page(
        MODELS,
        shell -> {
          Comparison comparison = registry.compare(name, required(a), required(b));
          return Templates.compare(
              shell,
              new ComparePage(
                  registry.find(name),
                  numbers(name),
                  comparison.left(),
                  comparison.right(),
                  DifferenceView.of(comparison)));
        });
  }

  private List<Integer> numbers(String model) {
    return registry.versions(model, null, CHOICE).items().stream()
        .map(ModelVersion::number)
        .toList();
  }

  @GET
  @Path("/models/{model}/try")
  @Operation(hidden = true)
  public Response predict(
      @PathParam("model") String name, @QueryParam("version") @Nullable String chosen) {
    return pages.page(
        MODELS,
        shell -> {
          Model model = registry.find(name);
          Integer version = number(chosen);
          int shown = version == null ? production(model).version() : version;
          VersionDetail detail = registry.detail(name, shown);
          if (!detail.version().bundle()) {
            throw new Refusal.NotFound(detail.version().unservable());
          }
          return Templates.predict(
              shell,
              new PredictPage(
                  model,
                  version,
                  shown,
                  detail.version().objectOfBundle(),
                  FieldView.of(detail.manifest().path("input")),
                  numbers(name)));
        });
  }

  /// Null where no version is named.
  private static @Nullable Integer number(@Nullable String version) {
    if (version == null || version.isEmpty()) {
      return null;
    }
    if (!NUMBER.matcher(version).matches()) {
      throw new Refusal.Malformed("expected a version number, got \"" + version + "\"");
    }
    return Integer.valueOf(version);
  }

  private static int required(@Nullable String version) {
    Integer number = number(version);
    if (number == null) {
      throw new Refusal.Malformed("the URL lacks the number of a version");
    }
    return number;
  }

  private static Stage production(Model model) {
    Stage production = held(model, Stage.PRODUCTION);
    if (production == null) {
      throw new Refusal.NotFound(
          "no version of " + model.name() + " is in production; choose a version to try it");
    }
    return production;
  }

  /// Answers every other URL below `/console` with 404.
  @GET
  @Path("/{rest:.+}")
  @Operation(hidden = true)
  public Response none() {
    return pages.none();
  }
}
