package io.slipway.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.bundle.StrictJson;
import io.slipway.openinference.Inputs.Input;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.TensorBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Reads the elements of an input from a JSON array: flat in row-major order, or nested according
/// to the shape.
final class JsonData {
  private final JsonParser parser;
  private final long[] shape;
  private final int count;
  private final Element element;
  private int read;

  /// Stores the scalar at the parser's position.
  private interface Element {
    void take(int index) throws IOException;
  }

  private JsonData(JsonParser parser, Input input, Element element) {
    this.parser = parser;
    this.shape = input.shape();
    this.count = input.count();
    this.element = element;
  }

  /// Reads the array at the parser's position, up to its end.
  ///
  /// @throws RefusedInput.Invalid where it does not match the input's declaration
  static void read(JsonParser parser, Input input, Inputs inputs) throws IOException {
    if (input.blobs()) {
      boolean base64 = inputs.view().base64();
      byte[][] blobs = new byte[input.count()][];
      new JsonData(parser, input, index -> blobs[index] = blob(parser, base64)).array();
      inputs.put(input, blobs);
      return;
    }
    TensorBuilder builder = TensorBuilder.of(input.datatype().type(), input.count());
    Element element =
        input.nullable()
            ? _ -> {
              if (parser.currentToken() == JsonToken.VALUE_NULL) {
                builder.addMissing();
              } else {
                builder.add(parser, true);
              }
            }
            : _ -> builder.add(parser, true);
    new JsonData(parser, input, element).array();
    inputs.put(input, builder.build(input.shape()), builder.missing());
  }

  private static byte[] blob(JsonParser parser, boolean base64) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING
        || !StrictJson.isWellFormed(parser.getText())) {
      throw new RefusedInput.Invalid("", "wrong_type", "expected strings");
    }
    if (!base64) {
      return parser.getText().getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(parser.getText());
    } catch (IllegalArgumentException e) {
      throw new RefusedInput.Invalid("", "wrong_type", "expected strings in base64");
    }
  }

  private void array() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      nested(first, 0);
    } else {
      flat(first);
    }
    if (read != count) {
      throw wrongCount(read);
    }
  }

  private void flat(JsonToken first) throws IOException {
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      element(token);
    }
  }

  /// Reads the rest of the array of dimension `level` after its first token.
  private void nested(JsonToken first, int level) throws IOException {
    if (level == shape.length - 1) {
      int before = read;
      flat(first);
      if (read - before != shape[level]) {
        throw ragged();
      }
      return;
    }
    long length = 0;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (token != JsonToken.START_ARRAY || level >= shape.length) {
        throw ragged();
      }
      nested(parser.nextToken(), level + 1);
      length++;
    }
    if (level >= shape.length || length != shape[level]) {
      throw ragged();
    }
  }

  private void element(JsonToken token) throws IOException {
    if (token == JsonToken.START_ARRAY || token == JsonToken.START_OBJECT) {
      throw ragged();
    }
    if (read == count) {
      throw wrongCount(count + 1L);
    }
    element.take(read++);
  }

  private RefusedInput.Invalid ragged() {
    return new RefusedInput.Invalid(
        "",
        "wrong_shape",
        "the data is neither flat nor nested according to the shape " + Arrays.toString(shape));
  }

  private RefusedInput.Invalid wrongCount(long found) {
    return new RefusedInput.Invalid(
        "",
        "wrong_length",
        "the shape "
            + Arrays.toString(shape)
            + " has "
            + count
            + " elements; the data has "
            + (found > count ? "more" : Long.toString(found)));
  }
}
