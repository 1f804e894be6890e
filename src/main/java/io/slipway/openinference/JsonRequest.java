package io.slipway.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.slipway.bundle.StrictJson;
import io.slipway.openinference.InferRequest.Requested;
import io.slipway.openinference.Inputs.Input;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses the body of an infer request: JSON, optionally followed by the bytes of binary tensors.
/// Tensor data goes from tokens straight into the tensors. Where it precedes the members that
/// describe it, it is skipped and read later.
final class JsonRequest {
  /// The parameter with the text that stands for a missing text.
  static final String NULL_TEXT = "null_text";

  private final byte[] body;
  private final int jsonEnd;

  /// The length of the byte order mark; the parser counts positions from its end.
  private final int mark;

  private final Inputs inputs;
  private int blobs;
  private @Nullable String id;
  private final List<Requested> outputs = new ArrayList<>();
  private boolean binary;
  private boolean hasInputs;

  private JsonRequest(byte[] body, int jsonEnd, Inputs inputs) {
    this.body = body;
    this.jsonEnd = jsonEnd;
    this.mark = StrictJson.mark(body, 0, jsonEnd);
    this.inputs = inputs;
    this.blobs = jsonEnd;
  }

  /// Parses `body`.
  ///
  /// @param headerLength the length of the JSON before binary data; -1: JSON only; 0: the whole
  ///      body is the model's only input
  /// @throws RefusedInput where it is not a valid infer request for the model
  static InferRequest read(byte[] body, int headerLength, Inputs inputs) {
    if (headerLength == 0) {
      return onlyInput(body, inputs);
    }
    if (headerLength > body.length) {
      throw new RefusedInput.Malformed(
          "Inference-Header-Content-Length is "
              + headerLength
              + "; the body has "
              + body.length
              + " bytes");
    }
    int end = headerLength < 0 ? body.length : headerLength;
    return new JsonRequest(body, end, inputs).read();
  }

  private InferRequest read() {
    try (JsonParser parser = StrictJson.parser(body, 0, jsonEnd, true)) {
      StrictJson.requireUtf8(body, 0, jsonEnd);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new RefusedInput.Malformed("expected a JSON object with \"inputs\"");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        member(parser.currentName(), parser);
      }
      if (parser.nextToken() != null) {
        throw new RefusedInput.Malformed("unexpected content after the JSON object");
      }
    } catch (StreamConstraintsException e) {
      throw new RefusedInput.Malformed(StrictJson.explain(e));
    } catch (IOException e) {
      throw new RefusedInput.Malformed("the body is not JSON: " + StrictJson.explain(e));
    }
    if (!hasInputs && inputs.required()) {
      throw new RefusedInput.Invalid("/inputs", "missing_input", "the request has no inputs");
    }
    if (blobs != body.length) {
      throw new RefusedInput.Malformed(
          "there are " + (body.length - blobs) + " bytes that belong to no input");
    }
    return new InferRequest(id, outputs, binary, inputs);
  }

  private void member(String name, JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    switch (name) {
      case "id" -> id = JsonMembers.text(parser, "id");
      case "inputs" -> {
        JsonMembers.array(token, "inputs");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          JsonMembers.object(parser.currentToken(), "an input");
          new InputReader().read(parser);
          hasInputs = true;
        }
      }
      case "outputs" -> {
        JsonMembers.array(token, "outputs");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          JsonMembers.object(parser.currentToken(), "an output");
          output(parser);
        }
      }
      case "parameters" -> {
        JsonMembers.object(token, "parameters");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String parameter = parser.currentName();
          parser.nextToken();
          if (parameter.equals("binary_data_output")) {
            binary = JsonMembers.flag(parser, parameter);
          } else if (parameter.equals(NULL_TEXT)) {
            inputs.nullText(JsonMembers.text(parser, parameter));
          } else {
            parser.skipChildren();
          }
        }
      }
      default -> parser.skipChildren();
    }
  }

  private void output(JsonParser parser) throws IOException {
    String name = null;
    Boolean asBinary = null;
    int classes = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (member) {
        case "name" -> name = JsonMembers.text(parser, "name");
        case "parameters" -> {
          JsonMembers.object(token, "parameters");
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String parameter = parser.currentName();
            parser.nextToken();
            switch (parameter) {
              case "binary_data" -> asBinary = JsonMembers.flag(parser, parameter);
              case "classification" -> classes = classes(parser);
              case "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset" ->
                  throw JsonMembers.sharedMemory();
              default -> parser.skipChildren();
            }
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (name == null) {
      throw new RefusedInput.Malformed("an output has no name");
    }
    outputs.add(new Requested(name, asBinary, classes));
  }

  private static int classes(JsonParser parser) throws IOException {
    long classes = JsonMembers.whole(parser, "classification");
    if (classes < 0) {
      throw new RefusedInput.Malformed("\"classification\" must be a positive number of classes");
    }
    return (int) Math.min(classes, Integer.MAX_VALUE);
  }

  /// Reads one input, whose members may come in any order.
  private final class InputReader {
    private @Nullable String name;
    private @Nullable String datatype;
    private long @Nullable [] shape;
    private long binarySize = -1;

    /// The position of a data array that was skipped; -1 for none.
    private int dataFrom = -1;

    private int dataEnd = -1;
    private boolean hasData;
    private boolean base64;

    void read(JsonParser parser) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (member) {
          case "name" -> name = JsonMembers.text(parser, "name");
          case "datatype" -> datatype = JsonMembers.text(parser, "datatype");
          case "shape" -> shape = shape(parser);
          case "data" -> {
            JsonMembers.array(token, "data");
            hasData = true;
            dataFrom = mark + Math.toIntExact(parser.currentTokenLocation().getByteOffset());
            if (name != null && datatype != null && shape != null && binarySize < 0) {
              json(parser, jsonEnd - dataFrom);
              dataFrom = -1;
            } else {
              parser.skipChildren();
              dataEnd = mark + Math.toIntExact(parser.currentLocation().getByteOffset());
            }
          }
          case "parameters" -> parameters(parser, token);
          default -> parser.skipChildren();
        }
      }
      finish();
    }

    private void parameters(JsonParser parser, JsonToken token) throws IOException {
      JsonMembers.object(token, "parameters");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String parameter = parser.currentName();
        parser.nextToken();
        switch (parameter) {
          case "binary_data_size" -> {
            binarySize = JsonMembers.whole(parser, parameter);
            if (binarySize < 0) {
              throw new RefusedInput.Malformed("\"binary_data_size\" is negative");
            }
          }
          case ContentType.PARAMETER ->
              base64 = ContentType.isBase64(JsonMembers.text(parser, parameter));
          case "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset" ->
              throw JsonMembers.sharedMemory();
          default -> parser.skipChildren();
        }
      }
    }

    private void finish() throws IOException {
      String label = name;
      if (label == null) {
        throw new RefusedInput.Malformed("an input has no name");
      }
      if (datatype == null) {
        throw Inputs.refuse(label, "missing_datatype", "has no datatype");
      }
      if (shape == null) {
        throw Inputs.refuse(label, "missing_shape", "has no shape");
      }
      if (binarySize >= 0) {
        if (hasData) {
          throw Inputs.refuse(label, "two_values", "has both data and binary_data_size");
        }
        binary();
      } else if (!hasData) {
        throw Inputs.refuse(label, "missing_data", "has no data");
      } else if (dataFrom >= 0) {
        try (JsonParser data = StrictJson.parser(body, dataFrom, dataEnd - dataFrom, false)) {
          data.nextToken();
          json(data, dataEnd - dataFrom);
        }
      }
      // Bytes that are always base64 in JSON were decoded during reading.
      if (base64 && (binarySize >= 0 || !inputs.view().base64())) {
        inputs.decode(label);
      }
    }

    /// Reads the array at the parser's position.
    ///
    /// @param most its length in bytes, of which each element takes at least one
    private void json(JsonParser parser, long most) throws IOException {
      Input input = declare(most);
      try {
        JsonData.read(parser, input, inputs);
      } catch (RefusedInput.Invalid e) {
        throw Inputs.of(input.name(), e);
      }
    }

    private void binary() {
      if (binarySize > body.length - blobs) {
        throw Inputs.refuse(
            String.valueOf(name),
            "wrong_length",
            "binary_data_size is "
                + binarySize
                + "; there are "
                + (body.length - blobs)
                + " bytes left");
      }
      // The shortest string is a length of four bytes.
      Input input = declare("BYTES".equals(datatype) ? binarySize / Integer.BYTES : binarySize);
      ByteBuffer bytes = ByteBuffer.wrap(body, blobs, (int) binarySize);
      blobs += (int) binarySize;
      BinaryData.read(bytes, input, inputs);
    }

    private Input declare(long most) {
      if (name == null || datatype == null || shape == null) {
        throw new IllegalStateException("not known yet");
      }
      return inputs.declare(name, datatype, shape, most);
    }

    private long[] shape(JsonParser parser) throws IOException {
      JsonMembers.array(parser.currentToken(), "shape");
      long[] read = new long[8];
      int rank = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (rank == read.length) {
          read = Arrays.copyOf(read, 2 * rank);
        }
        read[rank++] = JsonMembers.whole(parser, "shape");
        Inputs.requireRank(String.valueOf(name), rank);
      }
      return Arrays.copyOf(read, rank);
    }
  }

  /// Reads the whole body as the elements of the model's only input, whose open dimension follows
  /// from their number. Outputs are binary in this case.
  private static InferRequest onlyInput(byte[] body, Inputs inputs) {
    Map<String, Graph.Port> ports = inputs.view().inputs();
    if (ports.size() != 1) {
      throw new RefusedInput.Malformed(
          "a body without a JSON header is the only input; the model has " + ports.keySet());
    }
    Map.Entry<String, Graph.Port> only = ports.entrySet().iterator().next();
    String name = only.getKey();
    Graph.Port port = only.getValue();
    Datatype datatype = Datatype.ofPort(port.dtype());
    long[] shape = port.shape().stream().mapToLong(Long::longValue).toArray();
    long row = 1;
    int open = -1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] >= 0) {
        row = Math.multiplyExact(row, shape[i]);
      } else if (open >= 0) {
        throw new RefusedInput.Malformed(
            "a body without a JSON header does not determine the shape " + port.shape());
      } else {
        open = i;
      }
    }
    boolean text = datatype == Datatype.BYTES;
    if (open >= 0) {
      long size = Math.max(1, row * datatype.type().bytes());
      shape[open] = text ? 1 : body.length / size;
    }
    Input input = inputs.declare(name, datatype.name(), shape, Math.max(1, body.length));
    if (text && input.count() == 1) {
      BinaryData.one(body, input, inputs);
    } else {
      BinaryData.read(ByteBuffer.wrap(body), input, inputs);
    }
    return new InferRequest(null, List.of(), true, inputs);
  }
}
