package io.slipway.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Says what is wrong with an answer, and with what the server wrote meanwhile.
public final class Judge {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What no answer tells: where it runs, and what it is made of.
  private static final List<String> SECRETS =
      List.of(
          "\tat ",
          "Exception",
          "java.lang",
          "ai.onnxruntime",
          "io.vertx",
          "/tmp",
          "slipway-probe",
          "/unpacked",
          System.getProperty("user.home") + "/",
          System.getProperty("user.dir"),
          System.getProperty("java.home"));

  /// That a model has failed at a run is what its operator has to know.
  private static final String MODEL_FAILED = "[io.slipway.serving.run.Servable] (slipway-predict-";

  /// The web server's own word for a request of HTTP/1.1 without a host, which it answers with 400.
  private static final String NO_HOST = "the 'Host' header is required";

  private Judge() {}

  /// What is wrong with `answer`; empty where it is as it should be.
  public static List<String> faults(Case hostile, Answer answer, long mostMillis) {
    List<String> faults = new ArrayList<>();
    if (!hostile.statuses().contains(answer.status()) && !isUntried(hostile, answer)) {
      faults.add("answers " + answer.status());
    }
    if (answer.millis() > mostMillis) {
      faults.add("took " + answer.millis() + " ms");
    }
    String text = answer.head() + "\n" + answer.text();
    SECRETS.stream().filter(text::contains).forEach(secret -> faults.add("tells " + secret));
    if (hostile.code() != null && answer.status() >= 400 && !text.contains(hostile.code())) {
      faults.add("does not say " + hostile.code());
    }
    if (answer.status() >= 400) {
      shape(path(hostile.attack()), answer, faults);
    }
    if (!faults.isEmpty()) {
      faults.add(text.substring(0, Math.min(600, text.length())).replace("\n", " "));
    }
    return faults;
  }

  /// Whether a graph was only found to fail on whatever was generated for it, which keeps it out of
  /// production as a refusal does, where no fault of the graph is to be named.
  private static boolean isUntried(Case hostile, Answer answer) {
    if (hostile.code() != null || answer.status() != 200 || !hostile.statuses().contains(422)) {
      return false;
    }
    try {
      return JSON.readTree(answer.body()).path("untried").asBoolean();
    } catch (IOException e) {
      return false;
    }
  }

  private static String path(Case.Attack attack) {
    return switch (attack) {
      case Case.Attack.Call call -> call.path();
      case Case.Attack.Model _ -> "/api/v1/models";
      case Case.Attack.Stream _, Case.Attack.Grpc _ -> "";
    };
  }

  /// Native doors answer problems, those of peers `{"error": …}`.
  private static void shape(String path, Answer answer, List<String> faults) {
    boolean ours = path.startsWith("/api/") || path.startsWith("/models/");
    boolean peers =
        path.startsWith("/v1/") || path.startsWith("/v2/") || path.equals("/invocations");
    if (!ours && !peers) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(answer.body());
    } catch (IOException e) {
      faults.add("answers no JSON");
      return;
    }
    if (peers) {
      if (!json.path("error").isTextual() || !answer.is("application/json")) {
        faults.add("answers no error");
      }
      return;
    }
    boolean problem =
        answer.is("application/problem+json")
            && json.path("type").asText().startsWith("urn:slipway:problem:")
            && json.path("status").asInt() == answer.status()
            && json.path("detail").isTextual();
    if (!problem) {
      faults.add("answers no problem");
    }
  }

  /// What is wrong with what the server wrote while it was attacked.
  public static List<String> faults(String log) {
    return log.lines()
        .filter(
            line ->
                line.contains(Corpus.MARK)
                    || line.startsWith("\tat ")
                    || line.contains(" ERROR ")
                        && !line.contains(NO_HOST)
                        && !line.contains(MODEL_FAILED))
        .limit(50)
        .toList();
  }
}
