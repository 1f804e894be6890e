package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.Refusal;
import io.slipway.registry.tracking.Artifacts;
import io.slipway.registry.tracking.LoggedModel;
import io.slipway.registry.tracking.LoggedModels;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The calls about logged models.
@Singleton
final class LoggedModelCalls {
  private static final String ONE = "logged-models/{model_id}";
  private static final int PAGE = 50;

  private final LoggedModels models;
  private final Artifacts artifacts;

  @Inject
  LoggedModelCalls(LoggedModels models, Artifacts artifacts) {
    this.models = models;
    this.artifacts = artifacts;
  }

  Map<String, Call> calls() {
    return Map.ofEntries(
        Map.entry("POST logged-models", this::create),
        Map.entry("POST logged-models/search", this::search),
        Map.entry("GET " + ONE, call -> found(models.find(id(call)))),
        Map.entry("PATCH " + ONE, this::update),
        Map.entry("DELETE " + ONE, this::delete),
        Map.entry("PATCH " + ONE + "/tags", this::tag),
        Map.entry("DELETE " + ONE + "/tags/{tag_key}", this::untag),
        Map.entry("POST " + ONE + "/params", this::params),
        Map.entry("GET " + ONE + "/artifacts/directories", this::files));
  }

  private static String id(Arguments call) {
    return call.required("model_id");
  }

  private static ObjectNode found(LoggedModel model) {
    ObjectNode answer = TrackingJson.object();
    answer.set("model", TrackingJson.model(model));
    return answer;
  }

  private ObjectNode create(Arguments call) {
    return found(
        models.create(
            new LoggedModels.Draft(
                call.experiment("experiment_id"),
                call.text("name"),
                call.text("model_type"),
                call.text("source_run_id"),
                call.pairs("params"),
                call.pairs("tags"))));
  }

  private ObjectNode search(Arguments call) {
    if (!call.objects("datasets").isEmpty()) {
      throw new MlflowError.NotImplemented("logged models are not searched by datasets here");
    }
    List<String> orderBy = new ArrayList<>();
    for (Arguments each : call.objects("order_by")) {
      orderBy.add(each.required("field_name") + (each.flag("ascending", true) ? " ASC" : " DESC"));
    }
    return TrackingJson.page(
        "models",
        models.search(
            call.experiments("experiment_ids"), Queries.of(call, "view_type", PAGE, orderBy)),
        TrackingJson::model);
  }

  private ObjectNode update(Arguments call) {
    LoggedModel.Status status =
        call.oneOrNull("status", LoggedModel.Status.class, TrackingJson.LOGGED);
    if (status == null) {
      throw new Refusal.InvalidValue(null, "Missing value for required parameter 'status'");
    }
    return found(models.update(id(call), status));
  }

  private ObjectNode delete(Arguments call) {
    models.delete(id(call));
    return TrackingJson.object();
  }

  private ObjectNode tag(Arguments call) {
    return found(models.tag(id(call), call.pairs("tags")));
  }

  private ObjectNode untag(Arguments call) {
    models.untag(id(call), call.required("tag_key"));
    return TrackingJson.object();
  }

  private ObjectNode params(Arguments call) {
    models.addParams(id(call), call.pairs("params"));
    return TrackingJson.object();
  }

  private ObjectNode files(Arguments call) {
    return RunCalls.files(
        artifacts, models.find(id(call)).artifactUri(), call.text("artifact_directory_path"));
  }
}
