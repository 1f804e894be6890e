package io.slipway.pipeline;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.slipway.pipeline.frame.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Map;

/// Writes predictions as the JSON of the gateway API.
public final class PredictionWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PredictionWriter() {}

  /// Writes the `output` object of `prediction`.
  public static void write(JsonGenerator json, Prediction prediction) throws IOException {
    json.writeStartObject();
    switch (prediction) {
      case Prediction.Classified c -> {
        json.writeStringField("label", c.labels().get(c.label()));
        json.writeObjectFieldStart("probabilities");
        int[] order = c.order();
        int shown = order == null ? c.probabilities().length : order.length;
        for (int i = 0; i < shown; i++) {
          int index = order == null ? i : order[i];
          json.writeNumberField(c.labels().get(index), c.probabilities()[index]);
        }
        json.writeEndObject();
      }
      case Prediction.Scored s -> {
        json.writeNumberField(s.name(), s.value());
        if (s.label() != null) {
          json.writeStringField("label", s.label());
        }
      }
      case Prediction.Raw r -> {
        for (Map.Entry<String, Tensor> tensor : r.tensors().entrySet()) {
          json.writeFieldName(tensor.getKey());
          write(json, tensor.getValue());
        }
      }
    }
    json.writeEndObject();
  }

  /// Writes the elements of `tensor` as nested arrays; a tensor without dimensions as one value.
  public static void write(JsonGenerator json, Tensor tensor) throws IOException {
    write(json, tensor, 0, 0);
  }

  /// The `output` object of `prediction` as a tree.
  public static JsonNode toJson(Prediction prediction) {
    try (TokenBuffer buffer = new TokenBuffer(null, false)) {
      write(buffer, prediction);
      return MAPPER.readTree(buffer.asParser());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes the elements from `offset` on as arrays nested from `level` on.
  ///
  /// @return the offset after the last written element
  private static int write(JsonGenerator json, Tensor tensor, int level, int offset)
      throws IOException {
    long[] shape = tensor.shape();
    if (level == shape.length) {
      element(json, tensor, offset);
      return offset + 1;
    }
    int next = offset;
    json.writeStartArray();
    for (long i = 0; i < shape[level]; i++) {
      next = write(json, tensor, level + 1, next);
    }
    json.writeEndArray();
    return next;
  }

  private static void element(JsonGenerator json, Tensor tensor, int index) throws IOException {
    switch (tensor) {
      case Tensor.Floats t -> json.writeNumber(t.data().get(index));
      case Tensor.Doubles t -> json.writeNumber(t.data().get(index));
      case Tensor.Longs t -> json.writeNumber(t.data().get(index));
      case Tensor.Ints t -> json.writeNumber(t.data().get(index));
      case Tensor.Booleans t -> json.writeBoolean(t.data().get(index) != 0);
      case Tensor.Bytes t ->
          json.writeNumber(t.signed() ? t.data().get(index) : t.data().get(index) & 0xff);
      case Tensor.Bits t -> bits(json, t, index);
      case Tensor.Strings t -> json.writeString(t.data()[index]);
    }
  }

  private static void bits(JsonGenerator json, Tensor.Bits tensor, int index) throws IOException {
    switch (tensor.kind()) {
      case INT16, UINT16, UINT32 -> json.writeNumber(tensor.whole(index));
      case UINT64 -> {
        long bits = tensor.whole(index);
        if (bits >= 0) {
          json.writeNumber(bits);
        } else {
          json.writeNumber(new BigInteger(Long.toUnsignedString(bits)));
        }
      }
      case FLOAT16, BFLOAT16 -> json.writeNumber(tensor.fraction(index));
    }
  }
}
