package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads requests: one object or `{"instances": [...]}` as strict JSON, or a raw object.
public final class RequestReader {
  private static final String INSTANCES = "instances";
  private static final byte[] OPENING = INSTANCES.getBytes(StandardCharsets.US_ASCII);
  private static final JsonNode NO_MEMBERS = JsonNodeFactory.instance.objectNode();

  private final ObjectReader object;
  private final Frame.Shape shape;

  /// Whether `{"instances": …}` cannot be an object of the model itself.
  private final boolean batches;

  private final Map<String, Graph.Port> ports;

  public RequestReader(ObjectReader object, Frame.Shape shape) {
    batches = !object.hasMember(INSTANCES);
    this.object = object;
    this.shape = shape;
    Map<String, Graph.Port> ports = new LinkedHashMap<>();
    object.columns().forEach((name, column) -> ports.put(name, column.port()));
    this.ports = Collections.unmodifiableMap(ports);
  }

  /// The media types of the raw object, in addition to JSON.
  public Set<String> mediaTypes() {
    return object.mediaTypes();
  }

  /// The most bytes of a raw object; -1: JSON only.
  public int maxBytes() {
    return object.maxBytes();
  }

  /// Reads a JSON body.
  ///
  /// @throws RefusedInput.Malformed where it is not strict JSON
  /// @throws RefusedInput.TooLarge over `maxInstances`, or over a limit of JSON
  /// @throws RefusedInput.Invalid where it is neither an object nor `{"instances": [...]}`
  public Batch readJson(byte[] body, int maxInstances) {
    return readJson(body, 0, body.length, maxInstances);
  }

  /// As [#readJson(byte[], int)], for a part of `body`.
  public Batch readJson(byte[] body, int from, int length, int maxInstances) {
    Batch plain = scan(new Cursor(body, from, length), maxInstances);
    return plain == null ? parse(body, from, length, maxInstances) : plain;
  }

  /// Reads plain JSON, which most bodies are, at a fraction of a parser's cost; null where a parser
  /// must read it, even if only to report the error.
  private @Nullable Batch scan(Cursor in, int maxInstances) {
    if (!batches || !in.takes(OPENING)) {
      Frame frame = shape.frame();
      return object.scan(in, frame) && in.ended()
          ? new Batch(true, List.of(new Row.Read(frame)))
          : null;
    }
    List<Row> rows = new ArrayList<>();
    do {
      Frame row = shape.frame();
      if (rows.size() == maxInstances || !object.scan(in, row)) {
        return null;
      }
      rows.add(new Row.Read(row));
    } while (in.take(','));
    return in.take(']') && in.take('}') && in.ended() ? new Batch(false, rows) : null;
  }

  /// As [#readJson(byte[], int, int, int)], with a parser.
  Batch parse(byte[] body, int from, int length, int maxInstances) {
    try (JsonParser parser = StrictJson.parser(body, from, length, object.needsDuplicateCheck())) {
      StrictJson.requireUtf8(body, from, length);
      Batch batch = read(parser, maxInstances);
      if (parser.nextToken() != null) {
        throw new RefusedInput.Malformed("unexpected content after the JSON value");
      }
      return batch;
    } catch (StreamConstraintsException e) {
      throw new RefusedInput.TooLarge(StrictJson.explain(e));
    } catch (IOException e) {
      throw new RefusedInput.Malformed("the body is not JSON: " + StrictJson.explain(e));
    }
  }

  /// Reads one object from a JSON tree, such as a golden example.
  public Frame readObject(JsonNode json) {
    Frame frame = shape.frame();
    try (JsonParser parser = json.traverse()) {
      parser.nextToken();
      object.read(parser, frame);
      return frame;
    } catch (IOException e) {
      throw new RefusedInput.Malformed("not JSON: " + StrictJson.explain(e));
    }
  }

  /// Reads a raw object: the bytes of a body of one of [#mediaTypes].
  public Frame readRaw(byte[] body) {
    Frame frame = shape.frame();
    object.read(body, frame);
    return frame;
  }

  /// The object's members as columns, in order; empty where it is whole tensors.
  public Map<String, ColumnPort> columns() {
    return object.columns();
  }

  /// The [#columns] as input ports of a graph.
  public Map<String, Graph.Port> ports() {
    return ports;
  }

  /// Reads an object of whole tensors.
  ///
  /// @param tensors every input of the model, with its declared type and shape
  public Batch readTensors(Map<String, Tensor> tensors) {
    if (!(object instanceof TensorsReader reader)) {
      throw new IllegalStateException("the object is not made of tensors");
    }
    Frame frame = shape.frame();
    reader.read(tensors, frame);
    return new Batch(false, List.of(new Row.Read(frame)));
  }

  /// Reads a batch of objects given as columns; every row is validated like a single object.
  ///
  /// @param columns some of [#columns], each with `rows` rows of its width
  public Batch readColumns(Map<String, ColumnValues> columns, int rows) {
    Rows read = new Rows();
    for (int row = 0; row < rows; row++) {
      Frame frame = shape.frame();
      try {
        readRow(columns, row, frame);
        read.add(frame);
      } catch (RefusedInput.Malformed e) {
        throw e;
      } catch (RefusedInput e) {
        read.refuse(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Batch(false, read.all());
  }

  private void readRow(Map<String, ColumnValues> columns, int row, Frame frame) throws IOException {
    try (TokenBuffer json = new TokenBuffer(null, false)) {
      json.writeStartObject();
      for (Map.Entry<String, ColumnPort> column : columns().entrySet()) {
        switch (columns.get(column.getKey())) {
          case null -> {}
          case ColumnValues.Blobs(byte[][] values) -> {
            object.read(values[row], frame);
            return;
          }
          case ColumnValues.Elements elements -> {
            json.writeFieldName(column.getKey());
            elements.write(json, row, column.getValue());
          }
        }
      }
      json.writeEndObject();
      try (JsonParser parser = json.asParser()) {
        parser.nextToken();
        object.read(parser, frame);
      }
    }
  }

  private Batch read(JsonParser parser, int maxInstances) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new RefusedInput.Malformed("expected a JSON object, found nothing");
    }
    if (token == JsonToken.START_OBJECT) {
      if (parser.nextToken() == JsonToken.FIELD_NAME
          && parser.currentName().equals(INSTANCES)
          && batches) {
        return instances(parser, maxInstances);
      }
      if (parser.currentToken() == JsonToken.END_OBJECT) {
        return new Batch(true, List.of(new Row.Read(readObject(NO_MEMBERS))));
      }
    }
    Frame frame = shape.frame();
    object.read(parser, frame);
    return new Batch(true, List.of(new Row.Read(frame)));
  }

  private Batch instances(JsonParser parser, int maxInstances) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw new RefusedInput.Invalid(
          "/" + INSTANCES,
          "wrong_type",
          "expected an array of objects, got " + Tokens.describe(parser));
    }
    Rows rows = new Rows();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (rows.size() == maxInstances) {
        throw new RefusedInput.TooLarge("more than " + maxInstances + " instances");
      }
      instance(parser, rows);
    }
    if (parser.nextToken() != JsonToken.END_OBJECT) {
      throw new RefusedInput.Invalid(
          Violations.pointer(Tokens.shorten(parser.currentName())),
          "unknown_field",
          "expected nothing beside \"instances\"");
    }
    if (rows.size() == 0) {
      throw new RefusedInput.Invalid(
          "/" + INSTANCES, "out_of_range", "expected at least one instance");
    }
    return new Batch(false, rows.all());
  }

  private void instance(JsonParser parser, Rows rows) throws IOException {
    Frame frame = shape.frame();
    int depth = parser.getParsingContext().getNestingDepth();
    JsonToken first = parser.currentToken();
    try {
      object.read(parser, frame);
      rows.add(frame);
    } catch (RefusedInput.Invalid | RefusedInput.TooLarge | RefusedInput.UnsupportedMedia e) {
      finish(parser, first, depth);
      rows.refuse(e);
    }
  }

  /// Advances the parser to the last token of an instance that was refused halfway.
  private static void finish(JsonParser parser, JsonToken first, int depth) throws IOException {
    if (first != JsonToken.START_OBJECT && first != JsonToken.START_ARRAY) {
      return;
    }
    while (parser.getParsingContext().getNestingDepth() >= depth) {
      if (parser.nextToken() == null) {
        return;
      }
    }
  }
}
