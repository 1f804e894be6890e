package io.slipway.api.predict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.api.Problem;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.serving.VersionId;
import io.slipway.serving.id.PredictionId;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Timings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Writes predictions as the JSON of `docs/reference/gateway-api.md`, without a JSON generator: the
/// same bytes at a fraction of the cost.
final class AnswerWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonFactory JSON = MAPPER.getFactory();

  private static final byte[] MODEL = ascii("{\"model\":");
  private static final byte[] VERSION = ascii(",\"version\":");
  private static final byte[] PREDICTIONS = ascii(",\"predictions\":[");
  private static final byte[] PREDICTION_ID = ascii("\"prediction_id\":\"");
  private static final byte[] OUTPUT = ascii("\",\"output\":");
  private static final byte[] LABEL = ascii("{\"label\":");
  private static final byte[] NEXT_LABEL = ascii(",\"label\":");
  private static final byte[] PROBABILITIES = ascii(",\"probabilities\":{");
  private static final byte[] LINE = ascii("{\"line\":");
  private static final byte[] ERROR = ascii(",\"error\":");
  private static final byte[] PROBLEM = ascii("{\"problem\":");

  private byte[] bytes = new byte[320];
  private int size;
  private boolean followsRow;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// `{"model","version","prediction_id","output"}`.
  void one(VersionId version, Scored.Decided decided) {
    version(version);
    mark(',');
    prediction(decided);
    mark('}');
  }

  /// Starts `{"model","version","predictions":[`.
  void beginBatch(VersionId version) {
    version(version);
    raw(PREDICTIONS);
  }

  /// One prediction of a batch.
  void row(Scored.Decided decided) {
    nextRow();
    mark('{');
    prediction(decided);
    mark('}');
  }

  /// The problem in place of a prediction that failed.
  void row(Problem problem) {
    nextRow();
    raw(PROBLEM);
    raw(bytes(problem));
    mark('}');
  }

  private void nextRow() {
    if (followsRow) {
      mark(',');
    }
    followsRow = true;
  }

  void endBatch() {
    mark(']');
    mark('}');
  }

  /// `{"line","error"}`, for a line of a stream.
  void line(int number, Problem problem) {
    raw(LINE);
    plain(Integer.toString(number));
    raw(ERROR);
    raw(bytes(problem));
    mark('}');
  }

  void endLine() {
    mark('\n');
  }

  private void version(VersionId version) {
    raw(MODEL);
    text(version.model());
    raw(VERSION);
    plain(Integer.toString(version.number()));
  }

  private void prediction(Scored.Decided decided) {
    raw(PREDICTION_ID);
    room(PredictionId.LENGTH);
    decided.id().write(bytes, size);
    size += PredictionId.LENGTH;
    raw(OUTPUT);
    switch (decided.prediction()) {
      case Prediction.Classified(List<String> labels, double[] p, int label, int[] order) -> {
        raw(LABEL);
        text(labels.get(label));
        raw(PROBABILITIES);
        int shown = order == null ? p.length : order.length;
        for (int i = 0; i < shown; i++) {
          if (i > 0) {
            mark(',');
          }
          int index = order == null ? i : order[i];
          text(labels.get(index));
          mark(':');
          plain(Double.toString(p[index]));
        }
        mark('}');
        mark('}');
      }
      case Prediction.Scored(String name, double value, String label) -> {
        mark('{');
        text(name);
        mark(':');
        plain(Double.toString(value));
        if (label != null) {
          raw(NEXT_LABEL);
          text(label);
        }
        mark('}');
      }
      case Prediction.Raw tensors -> generated(tensors);
    }
  }

  private void generated(Prediction prediction) {
    try (ByteArrayBuilder out = new ByteArrayBuilder();
        JsonGenerator json = JSON.createGenerator(out)) {
      PredictionWriter.write(json, prediction);
      json.flush();
      raw(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  private void mark(char mark) {
    room(1);
    bytes[size++] = (byte) mark;
  }

  private void raw(byte[] json) {
    room(json.length);
    System.arraycopy(json, 0, bytes, size, json.length);
    size += json.length;
  }

  /// Writes ASCII text that needs no escaping.
  private void plain(String text) {
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size + i] = (byte) text.charAt(i);
    }
    size += length;
  }

  private void text(String text) {
    mark('"');
    int length = text.length();
    room(length);
    int i = 0;
    while (i < length) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        break;
      }
      bytes[size + i++] = (byte) c;
    }
    if (i == length) {
      size += length;
    } else {
      raw(JsonStringEncoder.getInstance().quoteAsUTF8(text));
    }
    mark('"');
  }

  /// Everything written so far.
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  static byte[] bytes(Problem problem) {
    try {
      return MAPPER.writeValueAsBytes(problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The value of the header `Server-Timing`: milliseconds with three decimals.
  static String serverTiming(Timings timings) {
    StringBuilder header = new StringBuilder(96);
    metric(header, "queue", timings.queue());
    metric(header.append(", "), "preprocess", timings.decode() + timings.preprocess());
    metric(header.append(", "), "inference", timings.inference());
    metric(header.append(", "), "postprocess", timings.postprocess());
    return header.toString();
  }

  private static void metric(StringBuilder header, String name, long nanos) {
    long micros = Math.max(0, nanos) / 1000;
    header.append(name).append(";dur=").append(micros / 1000).append('.');
    long rest = micros % 1000;
    header
        .append((char) ('0' + rest / 100))
        .append((char) ('0' + rest / 10 % 10))
        .append((char) ('0' + rest % 10));
  }
}
