package io.slipway.openinference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.object.TensorBytes;
import io.slipway.pipeline.tensor.TensorReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The answer to an infer request over REST: JSON, followed by the bytes of binary outputs.
///
/// @param headerLength the length of the JSON where bytes follow; -1: JSON only
record JsonAnswer(byte[] body, int headerLength) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  /// @param ids of the predictions, in order, separated by commas
  static JsonAnswer of(InferRequest request, List<Output> outputs, String ids) {
    List<Tensor> blobs = new ArrayList<>();
    long blobBytes = 0;
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(512)) {
      try (JsonGenerator json = JSON.createGenerator(bytes)) {
        ModelView view = request.inputs().view();
        json.writeStartObject();
        if (request.id() != null) {
          json.writeStringField("id", request.id());
        }
        json.writeStringField("model_name", view.model());
        json.writeStringField("model_version", view.version());
        json.writeObjectFieldStart("parameters");
        json.writeStringField(ModelView.PREDICTION_IDS, ids);
        json.writeEndObject();
        json.writeArrayFieldStart("outputs");
        for (Output output : outputs) {
          json.writeStartObject();
          json.writeStringField("name", output.name());
          json.writeStringField("datatype", output.datatype().name());
          json.writeFieldName("shape");
          json.writeArray(output.tensor().shape(), 0, output.tensor().shape().length);
          if (output.binary()) {
            int size = TensorBytes.size(output.tensor());
            blobs.add(output.tensor());
            blobBytes += size;
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", size);
            json.writeEndObject();
          } else {
            json.writeArrayFieldStart("data");
            data(json, output.tensor());
            json.writeEndArray();
          }
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      byte[] header = bytes.toByteArray();
      if (blobs.isEmpty()) {
        return new JsonAnswer(header, -1);
      }
      ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(header.length + blobBytes));
      all.put(header);
      blobs.forEach(tensor -> TensorBytes.write(tensor, all));
      return new JsonAnswer(all.array(), header.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes the elements as a flat array. JSON lacks NaN and infinities: they become the strings
  /// `NaN`, `Infinity` and `-Infinity`, as in the JSON of protocol buffers.
  private static void data(JsonGenerator json, Tensor tensor) throws IOException {
    int count = TensorReader.count(tensor);
    switch (tensor) {
      case Tensor.Floats t -> {
        for (int i = 0; i < count; i++) {
          number(json, t.data().get(i));
        }
      }
      case Tensor.Doubles t -> {
        for (int i = 0; i < count; i++) {
          double value = t.data().get(i);
          if (Double.isFinite(value)) {
            json.writeNumber(value);
          } else {
            json.writeString(Double.toString(value));
          }
        }
      }
      case Tensor.Longs t -> {
        for (int i = 0; i < count; i++) {
          json.writeNumber(t.data().get(i));
        }
      }
      case Tensor.Ints t -> {
        for (int i = 0; i < count; i++) {
          json.writeNumber(t.data().get(i));
        }
      }
      case Tensor.Booleans t -> {
        for (int i = 0; i < count; i++) {
          json.writeBoolean(t.data().get(i) != 0);
        }
      }
      case Tensor.Bytes t -> {
        for (int i = 0; i < count; i++) {
          json.writeNumber(t.signed() ? t.data().get(i) : t.data().get(i) & 0xff);
        }
      }
      case Tensor.Bits t -> {
        for (int i = 0; i < count; i++) {
          switch (t.kind()) {
            case FLOAT16, BFLOAT16 -> number(json, t.fraction(i));
            case UINT64 -> json.writeNumber(Long.toUnsignedString(t.whole(i)));
            case INT16, UINT16, UINT32 -> json.writeNumber(t.whole(i));
          }
        }
      }
      case Tensor.Strings t -> {
        for (String text : t.data()) {
          json.writeString(text);
        }
      }
    }
  }

  private static void number(JsonGenerator json, float value) throws IOException {
    if (Float.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeString(Float.toString(value));
    }
  }
}
