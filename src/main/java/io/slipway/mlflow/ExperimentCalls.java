package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.tracking.Experiment;
import io.slipway.registry.tracking.Experiments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

/// The calls about experiments.
@Singleton
final class ExperimentCalls {
  private static final int PAGE = 1_000;

  private final Experiments experiments;

  @Inject
  ExperimentCalls(Experiments experiments) {
    this.experiments = experiments;
  }

  Map<String, Call> calls() {
    return Map.ofEntries(
        Map.entry("POST experiments/create", this::create),
        Map.entry("GET experiments/get", this::get),
        Map.entry("GET experiments/get-by-name", this::named),
        Map.entry("GET experiments/search", this::search),
        Map.entry("POST experiments/search", this::search),
        Map.entry("POST experiments/delete", call -> deleted(call, true)),
        Map.entry("POST experiments/restore", call -> deleted(call, false)),
        Map.entry("POST experiments/update", this::update),
        Map.entry("POST experiments/set-experiment-tag", this::tag),
        Map.entry("POST experiments/delete-experiment-tag", this::untag));
  }

  private ObjectNode create(Arguments call) {
    long id =
        experiments.create(
            call.required("name"), call.textOrNull("artifact_location"), call.pairs("tags"));
    return TrackingJson.object().put("experiment_id", Long.toString(id));
  }

  private ObjectNode get(Arguments call) {
    return found(experiments.find(call.experiment("experiment_id")));
  }

  private ObjectNode named(Arguments call) {
    return found(experiments.named(call.required("experiment_name")));
  }

  private static ObjectNode found(Experiment experiment) {
    ObjectNode answer = TrackingJson.object();
    answer.set("experiment", TrackingJson.experiment(experiment));
    return answer;
  }

  private ObjectNode search(Arguments call) {
    return TrackingJson.page(
        "experiments",
        experiments.search(Queries.of(call, "view_type", PAGE, call.texts("order_by"))),
        TrackingJson::experiment);
  }

  private ObjectNode deleted(Arguments call, boolean gone) {
    experiments.delete(call.experiment("experiment_id"), gone);
    return TrackingJson.object();
  }

  private ObjectNode update(Arguments call) {
    String name = call.textOrNull("new_name");
    long id = call.experiment("experiment_id");
    if (name != null) {
      experiments.rename(id, name);
    }
    return TrackingJson.object();
  }

  private ObjectNode tag(Arguments call) {
    experiments.tag(call.experiment("experiment_id"), call.required("key"), call.present("value"));
    return TrackingJson.object();
  }

  private ObjectNode untag(Arguments call) {
    experiments.untag(call.experiment("experiment_id"), call.required("key"));
    return TrackingJson.object();
  }
}
