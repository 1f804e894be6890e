package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All calls of MLflow's API that are here, by method and path below `/mlflow/`.
@Singleton
final class Calls {
  private static final String MODELS = "logged-models";

  /// The registry of models of MLflow. Models are published by this service's own API.
  private static final Set<String> REGISTRY = Set.of("registered-models", "model-versions");

  private final Map<String, Call> calls = new HashMap<>();

  @Inject
  Calls(ExperimentCalls experiments, RunCalls runs, LoggedModelCalls models) {
    calls.putAll(experiments.calls());
    calls.putAll(runs.calls());
    calls.putAll(models.calls());
  }

  /// A call and where its path has names.
  ///
  /// @param shape the path with `{name}` for what differs; one of few
  record Found(String shape, Call call) {}

  /// @param path below `/mlflow/`, encoded as it came
  /// @throws MlflowError.NoSuchCall where there is none
  Found find(String method, String path) {
    String[] parts = path.split("/", -1);
    String shape = shape(path, parts);
    Call call = calls.get((method.equals("HEAD") ? "GET" : method) + " " + shape);
    if (call == null) {
      if (REGISTRY.contains(parts[0])) {
        throw new MlflowError.NotImplemented(
            "MLflow's model registry is not supported here: publish models by slipway push or"
                + " /api/v1/models");
      }
      throw new MlflowError.NoSuchCall("there is no " + method + " " + shown(path));
    }
    return new Found(shape, arguments -> answer(call, arguments, shape, parts));
  }

  private static ObjectNode answer(Call call, Arguments arguments, String shape, String[] parts) {
    Arguments all = arguments;
    List<String> names = List.of(shape.split("/", -1));
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.startsWith("{")) {
        all = all.with(name.substring(1, name.length() - 1), ArtifactPath.decoded(parts[i], ""));
      }
    }
    return call.answer(all);
  }

  private static String shape(String path, String[] parts) {
    if (parts.length < 2 || !parts[0].equals(MODELS) || path.equals(MODELS + "/search")) {
      return path;
    }
    String one = MODELS + "/{model_id}";
    return switch (parts.length) {
      case 2 -> one;
      case 4 -> parts[2].equals("tags") ? one + "/tags/{tag_key}" : one + rest(parts);
      default -> one + rest(parts);
    };
  }

  private static String rest(String[] parts) {
    return "/" + String.join("/", List.of(parts).subList(2, parts.length));
  }

  private static String shown(String path) {
    return path.length() > 100 ? path.substring(0, 100) + "…" : path;
  }
}
