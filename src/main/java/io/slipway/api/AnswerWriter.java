package io.slipway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.serving.Timings;
import io.slipway.serving.VersionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;

/// Writes predictions as the JSON of `docs/reference/http.md`.
final class AnswerWriter implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonFactory JSON = MAPPER.getFactory();

  private final InstantSource clock;
  private final ByteArrayBuilder bytes = new ByteArrayBuilder(512);
  private final JsonGenerator json;

  AnswerWriter(InstantSource clock) throws IOException {
    this.clock = clock;
    json = JSON.createGenerator(bytes);
    json.setRootValueSeparator(null);
  }

  /// `{"model","version","prediction_id","output"}`.
  void one(VersionId version, Prediction prediction) throws IOException {
    json.writeStartObject();
    version(version);
    prediction(prediction);
    json.writeEndObject();
  }

  /// Begins `{"model","version","predictions":[`.
  void beginBatch(VersionId version) throws IOException {
    json.writeStartObject();
    version(version);
    json.writeArrayFieldStart("predictions");
  }

  /// One prediction of a batch.
  void row(Prediction prediction) throws IOException {
    json.writeStartObject();
    prediction(prediction);
    json.writeEndObject();
  }

  /// What stands in the place of a prediction that there is not.
  void row(Problem problem) throws IOException {
    json.writeStartObject();
    json.writeFieldName("problem");
    MAPPER.writeValue(json, problem);
    json.writeEndObject();
  }

  void endBatch() throws IOException {
    json.writeEndArray();
    json.writeEndObject();
  }

  /// `{"line","error"}`, for a line of a stream.
  void line(int number, Problem problem) throws IOException {
    json.writeStartObject();
    json.writeNumberField("line", number);
    json.writeFieldName("error");
    MAPPER.writeValue(json, problem);
    json.writeEndObject();
  }

  void endLine() throws IOException {
    json.writeRaw('\n');
  }

  private void version(VersionId version) throws IOException {
    json.writeStringField("model", version.model());
    json.writeNumberField("version", version.number());
  }

  private void prediction(Prediction prediction) throws IOException {
    json.writeStringField("prediction_id", PredictionId.at(clock.millis()));
    json.writeFieldName("output");
    PredictionWriter.write(json, prediction);
  }

  /// All that was written.
  byte[] toBytes() throws IOException {
    json.flush();
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    try {
      json.close();
      bytes.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Problem problem) {
    try {
      return MAPPER.writeValueAsBytes(problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The header `Server-Timing`: milliseconds with three decimals.
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
