package io.slipway.peers;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.run.Servable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// Converts objects of these protocols to those of the gateway API: rows or columns, without a name
/// where there is one input only, bytes as `{"b64": "…"}`.
final class Instances {
  private final InputSchema schema;

  /// The model's own inputs for a bundle of tensors, otherwise the members of the object.
  private final Set<String> inputs;

  private final int most;

  /// Whether each row of tensors is run on its own, as rows may not share a run.
  private final boolean rowByRow;

  /// @param most the most objects in one request
  Instances(Servable servable, int most) {
    schema = servable.bundle().manifest().input();
    inputs =
        schema instanceof InputSchema.Tensors
            ? servable.signature().inputs().keySet()
            : servable.pipeline().reader().columns().keySet();
    this.most = most;
    this.rowByRow =
        !servable.sharesRuns()
            && servable.signature().inputs().values().stream()
                .noneMatch(port -> port.shape().isEmpty() || port.shape().getFirst() >= 0);
  }

  /// The most objects in one request.
  int most() {
    return most;
  }

  /// Whether the model takes whole tensors.
  boolean tensors() {
    return schema instanceof InputSchema.Tensors;
  }

  /// Parses `body`. Numbers of records keep their exact decimal value for the schema check; those
  /// of tensors, of which there are many, become doubles.
  JsonNode tree(byte[] body) {
    try {
      return tensors() ? StrictJson.read(body) : StrictJson.readExact(body);
    } catch (StreamConstraintsException e) {
      throw new RefusedInput.TooLarge(StrictJson.explain(e));
    } catch (IOException e) {
      throw new RefusedInput.Malformed("the body is not JSON: " + StrictJson.explain(e));
    }
  }

  /// As [#tree], for an object.
  JsonNode object(byte[] body) {
    JsonNode json = tree(body);
    if (!json.isObject()) {
      throw new RefusedInput.Malformed("expected a JSON object");
    }
    return json;
  }

  /// Reads a list of objects, or of rows of tensors.
  Batch rows(RequestReader reader, JsonNode instances) {
    if (!instances.isArray() || instances.isEmpty()) {
      throw invalid("/instances", "expected a list with at least one instance");
    }
    if (instances.size() > most) {
      throw new RefusedInput.TooLarge("more than " + most + " instances");
    }
    if (tensors() && rowByRow) {
      List<Row> rows = new ArrayList<>(instances.size());
      for (int i = 0; i < instances.size(); i++) {
        rows.add(tensors(reader, stacked(instances, i, i + 1)));
      }
      return new Batch(false, rows);
    }
    if (tensors()) {
      return whole(reader, stacked(instances, 0, instances.size()));
    }
    List<Row> rows = new ArrayList<>(instances.size());
    for (JsonNode instance : instances) {
      rows.add(row(reader, instance));
    }
    return new Batch(false, rows);
  }

  private Row row(RequestReader reader, JsonNode instance) {
    try {
      return new Row.Read(reader.readObject(named(instance)));
    } catch (RefusedInput.Malformed e) {
      throw e;
    } catch (RefusedInput e) {
      return new Row.Refused(e);
    }
  }

  /// Reads columns: an object of lists of equal length, or one list where there is one input only.
  Batch columns(RequestReader reader, JsonNode columns) {
    if (tensors()) {
      ObjectNode named = JsonNodeFactory.instance.objectNode();
      if (columns.isObject() && !columns.has("b64")) {
        columns.properties().forEach(c -> named.set(c.getKey(), texts(c.getValue())));
      } else {
        named.set(only("/inputs"), texts(columns));
      }
      return whole(reader, named);
    }
    if (!columns.isObject()) {
      return rows(reader, columns);
    }
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    columns.properties().forEach(column -> spread(column.getKey(), column.getValue(), rows));
    return rows(reader, rows);
  }

  private void spread(String name, JsonNode column, ArrayNode rows) {
    if (!column.isArray()) {
      throw invalid("/inputs" + StrictJson.pointer(name), "expected a list with one value per row");
    }
    if (column.size() > most) {
      throw new RefusedInput.TooLarge("more than " + most + " rows");
    }
    if (rows.isEmpty()) {
      column.forEach(_ -> rows.addObject());
    }
    if (rows.size() != column.size()) {
      throw invalid(
          "/inputs" + StrictJson.pointer(name),
          "has " + column.size() + " rows; the columns before have " + rows.size());
    }
    for (int i = 0; i < rows.size(); i++) {
      ((ObjectNode) rows.get(i)).set(name, column.get(i));
    }
  }

  private static Batch whole(RequestReader reader, ObjectNode tensors) {
    return new Batch(false, List.of(tensors(reader, tensors)));
  }

  private static Row tensors(RequestReader reader, ObjectNode tensors) {
    return new Row.Read(reader.readObject(tensors));
  }

  /// Stacks rows of tensors into tensors with one more dimension.
  private ObjectNode stacked(JsonNode instances, int from, int to) {
    ObjectNode stacked = JsonNodeFactory.instance.objectNode();
    boolean named = instances.get(0).isObject() && !instances.get(0).has("b64");
    for (int i = from; i < to; i++) {
      JsonNode instance = instances.get(i);
      if (!named) {
        stacked.withArray("/" + escaped(only("/instances/" + i))).add(texts(instance));
        continue;
      }
      if (!instance.isObject() || instance.size() != instances.get(0).size()) {
        throw invalid("/instances/" + i, "must have the same inputs as the first instance");
      }
      instance
          .properties()
          .forEach(v -> stacked.withArray("/" + escaped(v.getKey())).add(texts(v.getValue())));
    }
    return stacked;
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private String only(String pointer) {
    if (inputs.size() != 1) {
      throw invalid(pointer, "expected an object with the inputs " + inputs);
    }
    return inputs.iterator().next();
  }

  /// `instance` in the form of the gateway API.
  private JsonNode named(JsonNode instance) {
    JsonNode inner =
        instance.isObject() && instance.size() == 1 && instance.elements().next().has("b64")
            ? instance.elements().next()
            : instance;
    boolean bytes = inner.isObject() && inner.size() == 1 && inner.path("b64").isTextual();
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    return switch (schema) {
      case InputSchema.Record _, InputSchema.Tensors _ -> instance;
      case InputSchema.Text _ -> bytes ? text(inner) : instance;
      case InputSchema.Mail _ -> {
        if (bytes) {
          yield object.set("raw_base64", inner.get("b64"));
        }
        yield instance.isTextual() ? object.set("raw", instance) : instance;
      }
      case InputSchema.Image _ -> {
        if (bytes) {
          yield object.set("image_base64", inner.get("b64"));
        }
        yield instance.isTextual() ? object.set("image_base64", instance) : instance;
      }
    };
  }

  /// `json` with base64 bytes replaced by texts.
  private static JsonNode texts(JsonNode json) {
    if (json.isObject()) {
      if (json.size() == 1 && json.path("b64").isTextual()) {
        return text(json);
      }
      throw invalid("", "expected values or {\"b64\": \"…\"}, got an object");
    }
    if (!json.isArray()) {
      return json;
    }
    ArrayNode array = JsonNodeFactory.instance.arrayNode(json.size());
    json.forEach(each -> array.add(texts(each)));
    return array;
  }

  private static TextNode text(JsonNode bytes) {
    try {
      byte[] decoded = Base64.getDecoder().decode(bytes.get("b64").asText());
      StrictJson.requireUtf8(decoded, 0, decoded.length);
      return TextNode.valueOf(new String(decoded, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw invalid("", "\"b64\" is not base64");
    } catch (IOException e) {
      throw invalid("", "the bytes of \"b64\" are not UTF-8");
    }
  }

  static RefusedInput.Invalid invalid(String pointer, String message) {
    return new RefusedInput.Invalid(pointer, "wrong_type", message);
  }
}
