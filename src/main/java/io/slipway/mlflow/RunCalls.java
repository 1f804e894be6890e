package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.tracking.Artifacts;
import io.slipway.registry.tracking.DatasetInput;
import io.slipway.registry.tracking.Metric;
import io.slipway.registry.tracking.Run;
import io.slipway.registry.tracking.RunLog;
import io.slipway.registry.tracking.RunStatus;
import io.slipway.registry.tracking.Runs;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The calls about runs and what is logged to them.
@Singleton
final class RunCalls {
  private static final int PAGE = 1_000;
  private static final int MOST_VALUES = 25_000;
  private static final int MOST_ASKED = 50_000;

  private final Runs runs;
  private final RunLog log;
  private final Artifacts artifacts;

  @Inject
  RunCalls(Runs runs, RunLog log, Artifacts artifacts) {
    this.runs = runs;
    this.log = log;
    this.artifacts = artifacts;
  }

  Map<String, Call> calls() {
    return Map.ofEntries(
        Map.entry("POST runs/create", this::create),
        Map.entry("GET runs/get", call -> found(runs.find(run(call)))),
        Map.entry("POST runs/update", this::update),
        Map.entry("POST runs/delete", call -> deleted(call, true)),
        Map.entry("POST runs/restore", call -> deleted(call, false)),
        Map.entry("POST runs/search", this::search),
        Map.entry("POST runs/log-metric", this::metric),
        Map.entry("POST runs/log-parameter", this::param),
        Map.entry("POST runs/log-batch", this::batch),
        Map.entry("POST runs/set-tag", this::tag),
        Map.entry("POST runs/delete-tag", this::untag),
        Map.entry("POST runs/log-inputs", this::inputs),
        Map.entry("POST runs/outputs", this::outputs),
        Map.entry("POST runs/log-model", this::model),
        Map.entry("GET metrics/get-history", this::history),
        Map.entry("GET artifacts/list", this::files));
  }

  /// The id of the run, which older clients name otherwise.
  private static String run(Arguments call) {
    String id = call.text("run_id");
    String older = call.text("run_uuid");
    return !id.isEmpty() ? id : !older.isEmpty() ? older : call.required("run_id");
  }

  private static ObjectNode found(Run run) {
    ObjectNode answer = TrackingJson.object();
    answer.set("run", TrackingJson.run(run));
    return answer;
  }

  private ObjectNode create(Arguments call) {
    boolean named = !call.text("experiment_id").isEmpty();
    return found(
        runs.create(
            new Runs.Draft(
                named ? call.experiment("experiment_id") : 0,
                call.textOrNull("run_name"),
                call.text("user_id"),
                call.numberOrNull("start_time"),
                call.pairs("tags"))));
  }

  private ObjectNode update(Arguments call) {
    Run run =
        runs.update(
            run(call),
            call.oneOrNull("status", RunStatus.class, ""),
            call.numberOrNull("end_time"),
            call.textOrNull("run_name"));
    ObjectNode answer = TrackingJson.object();
    answer.set("run_info", TrackingJson.info(run.info()));
    return answer;
  }

  private ObjectNode deleted(Arguments call, boolean gone) {
    runs.delete(run(call), gone);
    return TrackingJson.object();
  }

  private ObjectNode search(Arguments call) {
    Page<Run> page =
        runs.search(
            call.experiments("experiment_ids"),
            Queries.of(call, "run_view_type", PAGE, call.texts("order_by")));
    return TrackingJson.page("runs", page, TrackingJson::run);
  }

  private static Metric value(Arguments of) {
    String key = of.required("key");
    Long time = of.numberOrNull("timestamp");
    if (time == null) {
      of.required("timestamp");
    }
    return new Metric(
        key,
        of.decimal("value"),
        time == null ? 0 : time,
        of.number("step", 0),
        of.textOrNull("model_id"),
        of.textOrNull("dataset_name"),
        of.textOrNull("dataset_digest"),
        null);
  }

  private ObjectNode metric(Arguments call) {
    log.log(run(call), List.of(value(call)), Map.of(), Map.of());
    return TrackingJson.object();
  }

  private ObjectNode param(Arguments call) {
    Map<String, String> param = Map.of(call.required("key"), call.present("value"));
    log.log(run(call), List.of(), param, Map.of());
    return TrackingJson.object();
  }

  private ObjectNode batch(Arguments call) {
    List<Metric> metrics = new ArrayList<>();
    call.objects("metrics").forEach(each -> metrics.add(value(each)));
    log.log(run(call), metrics, call.pairs("params"), call.pairs("tags"));
    return TrackingJson.object();
  }

  private ObjectNode tag(Arguments call) {
    Map<String, String> tag = Map.of(call.required("key"), call.present("value"));
    log.log(run(call), List.of(), Map.of(), tag);
    return TrackingJson.object();
  }

  private ObjectNode untag(Arguments call) {
    log.untag(run(call), call.required("key"));
    return TrackingJson.object();
  }

  private ObjectNode inputs(Arguments call) {
    List<DatasetInput> datasets = new ArrayList<>();
    for (Arguments each : call.objects("datasets")) {
      Arguments dataset = each.object("dataset");
      datasets.add(
          new DatasetInput(
              dataset.required("name"),
              dataset.required("digest"),
              dataset.required("source_type"),
              dataset.present("source"),
              dataset.textOrNull("schema"),
              dataset.textOrNull("profile"),
              each.pairs("tags")));
    }
    List<String> models = new ArrayList<>();
    call.objects("models").forEach(each -> models.add(each.required("model_id")));
    log.read(run(call), datasets, models);
    return TrackingJson.object();
  }

  private ObjectNode outputs(Arguments call) {
    Map<String, Long> models = new LinkedHashMap<>();
    call.objects("models")
        .forEach(each -> models.put(each.required("model_id"), each.number("step", 0)));
    log.made(run(call), models);
    return TrackingJson.object();
  }

  private ObjectNode model(Arguments call) {
    log.model(run(call), call.required("model_json"));
    return TrackingJson.object();
  }

  private ObjectNode history(Arguments call) {
    int most = call.limit("max_results", MOST_VALUES, 1, MOST_ASKED);
    Page<Metric> page =
        log.history(
            run(call),
            call.required("metric_key"),
            Math.min(MOST_VALUES, most),
            call.textOrNull("page_token"));
    return TrackingJson.page("metrics", page, TrackingJson::metric);
  }

  private ObjectNode files(Arguments call) {
    return files(artifacts, runs.find(run(call)).info().artifactUri(), call.text("path"));
  }

  /// What is in the folder `path` below `uri`.
  static ObjectNode files(Artifacts artifacts, String uri, String path) {
    if (!uri.startsWith(Artifacts.SCHEME + "/")) {
      throw new Refusal.InvalidValue(
          "path", "the artifacts are not here but at " + uri + ", where the client reads them");
    }
    String root = uri.substring(Artifacts.SCHEME.length()).replaceFirst("^/+", "");
    String folder = path.isEmpty() ? "" : path + "/";
    ObjectNode answer = TrackingJson.object().put("root_uri", uri);
    TrackingJson.list(
        answer,
        "files",
        artifacts.list(path.isEmpty() ? root : root + "/" + path),
        file -> TrackingJson.file(folder, file));
    return answer;
  }
}
