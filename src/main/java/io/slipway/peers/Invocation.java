package io.slipway.peers;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.run.Servable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A request to SageMaker's `/invocations`: `Content-Type` determines the format of the body, and
/// `Accept` that of the answer.
final class Invocation implements Dialect {
  private final BiFunction<RequestReader, byte[], Asked> reading;
  private final Written written;
  private int instances = Asked.ONE;

  private Invocation(BiFunction<RequestReader, byte[], Asked> reading, Written written) {
    this.reading = reading;
    this.written = written;
  }

  /// A parsed request.
  ///
  /// @param instances the number of objects in a list; [#ONE] for a single object
  private record Asked(Batch batch, int instances) {
    /// One object, or whole tensors by name: the answer is not a list.
    static final int ONE = -1;

    static Asked list(Instances instances, RequestReader reader, JsonNode list) {
      return new Asked(instances.rows(reader, list), list.size());
    }

    static Asked one(Batch batch) {
      return new Asked(batch, ONE);
    }
  }

  /// The format of an answer.
  enum Written {
    JSON("application/json"),
    LINES("application/jsonlines"),
    CSV("text/csv; charset=utf-8");

    private final String mediaType;

    Written(String mediaType) {
      this.mediaType = mediaType;
    }

    /// The format from `accept`; by default that of the request.
    static Written of(@Nullable String accept, String type) {
      String wanted = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
      if (wanted.contains("csv")) {
        return CSV;
      }
      if (wanted.contains("jsonlines") || wanted.contains("ndjson")) {
        return LINES;
      }
      if (wanted.contains("json")) {
        return JSON;
      }
      return switch (type) {
        case "text/csv" -> CSV;
        case "application/jsonlines", "application/x-ndjson" -> LINES;
        default -> JSON;
      };
    }
  }

  /// One object, `{"instances": […]}`, or a list of objects.
  static Invocation json(Instances instances, Written written) {
    return new Invocation(
        (reader, body) -> {
          JsonNode json = instances.tree(body);
          if (json.has("instances") && json.size() == 1) {
            return Asked.list(instances, reader, json.get("instances"));
          }
          if (json.isArray() && !instances.tensors()) {
            return Asked.list(instances, reader, json);
          }
          if (instances.tensors()) {
            return Asked.one(instances.columns(reader, json));
          }
          Batch one = instances.rows(reader, JsonNodeFactory.instance.arrayNode().add(json));
          return Asked.one(new Batch(true, one.rows()));
        },
        written);
  }

  /// One object per line.
  static Invocation lines(Instances instances, Written written) {
    return new Invocation(
        (reader, body) -> {
          ArrayNode rows = JsonNodeFactory.instance.arrayNode();
          for (int from = 0; from < body.length; ) {
            int to = from;
            while (to < body.length && body[to] != '\n') {
              to++;
            }
            byte[] line = Arrays.copyOfRange(body, from, to);
            if (!blank(line)) {
              rows.add(instances.tree(line));
            }
            from = to + 1;
          }
          return Asked.list(instances, reader, rows);
        },
        written);
  }

  private static boolean blank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  /// One record per line.
  static Invocation csv(Instances instances, Servable servable, boolean header, Written written) {
    Csv csv = Csv.of(servable, header, instances.most());
    return new Invocation(
        (reader, body) -> Asked.list(instances, reader, csv.records(body)), written);
  }

  /// The raw object as the body.
  static Invocation raw(Written written) {
    return new Invocation(
        (reader, body) -> Asked.one(new Batch(true, List.of(new Row.Read(reader.readRaw(body))))),
        written);
  }

  @Override
  public Batch read(RequestReader reader, byte[] body) {
    Asked asked = reading.apply(reader, body);
    instances = asked.instances();
    return asked.batch();
  }

  @Override
  public byte[] write(Servable servable, List<Prediction> predictions) throws IOException {
    List<Prediction> each =
        instances == Asked.ONE ? predictions : Decisions.each(servable, predictions, instances);
    return switch (written) {
      case JSON -> Decisions.json(json -> json(json, each));
      case LINES -> lines(each);
      case CSV -> Csv.write(each);
    };
  }

  private void json(JsonGenerator json, List<Prediction> predictions) throws IOException {
    if (instances == Asked.ONE) {
      Decisions.object(json, predictions.getFirst());
      return;
    }
    json.writeStartObject();
    json.writeArrayFieldStart("predictions");
    for (Prediction prediction : predictions) {
      Decisions.object(json, prediction);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static byte[] lines(List<Prediction> predictions) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(256 * predictions.size());
    for (Prediction prediction : predictions) {
      lines.write(Decisions.json(json -> Decisions.object(json, prediction)));
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  @Override
  public String mediaType() {
    return written.mediaType;
  }
}
