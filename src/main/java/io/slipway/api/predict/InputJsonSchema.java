package io.slipway.api.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Graph;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The JSON Schema (2020-12) of one business object, for validation and forms in other tools. It
/// accepts the same objects as predict, except for limits that JSON Schema cannot express (the
/// earliest date, the bytes of a mail), which are in the descriptions.
final class InputJsonSchema {
  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private static final double WHOLE = 9_007_199_254_740_992.0;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private InputJsonSchema() {}

  /// @param signature the ports of the model's graph, for an object of tensors
  static ObjectNode of(InputSchema input, Graph.Signature signature) {
    ObjectNode schema = NODES.objectNode().put("$schema", DIALECT);
    schema.setAll(
        switch (input) {
          case InputSchema.Record record -> record(record);
          case InputSchema.Text text -> text(text);
          case InputSchema.Mail mail -> mail(mail);
          case InputSchema.Image image -> image(image);
          case InputSchema.Tensors _ -> tensors(signature);
        });
    return schema;
  }

  private static ObjectNode record(InputSchema.Record record) {
    ObjectNode schema = object();
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (Field field : record.fields()) {
      properties.set(field.name(), field(field));
      if (!field.nullable()) {
        required.add(field.name());
      }
    }
    schema.set("required", required);
    return schema.put("additionalProperties", record.additional().equals("ignore"));
  }

  private static ObjectNode field(Field field) {
    ObjectNode schema =
        switch (field) {
          case Field.NumberField f -> number(type(f, "number"), f, f.min(), f.max(), f.allowed());
          case Field.IntegerField f ->
              number(
                  type(f, "integer"),
                  f,
                  f.min() == null ? -WHOLE : f.min(),
                  f.max() == null ? WHOLE : f.max(),
                  f.allowed());
          case Field.BooleanField f -> type(f, "boolean");
          case Field.StringField f -> string(f, f.maxChars(), f.allowed(), true);
          case Field.CategoryField f ->
              string(f, f.maxChars(), f.allowed(), f.unknown().equals("reject"));
          case Field.DateField f -> date(f);
          case Field.TimestampField f -> type(f, "string").put("format", "date-time");
          case Field.VectorField f -> vector(f);
        };
    String description = description(field);
    if (description != null) {
      schema.put("description", description);
    }
    if (field.unit() != null) {
      schema.put("x-unit", field.unit());
    }
    return schema;
  }

  private static @Nullable String description(Field field) {
    StringJoiner description = new StringJoiner("; ");
    if (field.description() != null) {
      description.add(field.description());
    }
    switch (field) {
      case Field.DateField f -> range(description, f.min(), f.max());
      case Field.TimestampField f -> range(description, f.min(), f.max());
      case Field.NumberField _,
          Field.IntegerField _,
          Field.BooleanField _,
          Field.StringField _,
          Field.CategoryField _,
          Field.VectorField _ -> {}
    }
    return description.length() == 0 ? null : description.toString();
  }

  private static void range(StringJoiner description, @Nullable String min, @Nullable String max) {
    if (min != null) {
      description.add("not before " + min);
    }
    if (max != null) {
      description.add("not after " + max);
    }
  }

  private static ObjectNode type(Field field, String type) {
    ObjectNode schema = NODES.objectNode();
    if (field.nullable()) {
      schema.putArray("type").add(type).add("null");
    } else {
      schema.put("type", type);
    }
    return schema;
  }

  private static ObjectNode number(
      ObjectNode schema,
      Field field,
      @Nullable Double min,
      @Nullable Double max,
      @Nullable List<Double> allowed) {
    bound(schema, "minimum", min);
    bound(schema, "maximum", max);
    if (allowed != null) {
      ArrayNode values = schema.putArray("enum");
      allowed.forEach(value -> values.add(number(value)));
      if (field.nullable()) {
        values.addNull();
      }
    }
    return schema;
  }

  private static void bound(ObjectNode schema, String name, @Nullable Double value) {
    if (value != null) {
      schema.set(name, number(value));
    }
  }

  /// Integers without a decimal point.
  private static JsonNode number(double value) {
    return value == Math.rint(value) && Math.abs(value) <= WHOLE
        ? NODES.numberNode((long) value)
        : NODES.numberNode(value);
  }

  private static ObjectNode string(
      Field field, int maxChars, @Nullable List<String> allowed, boolean closed) {
    ObjectNode schema = type(field, "string").put("maxLength", maxChars);
    if (allowed != null) {
      ArrayNode values = schema.putArray(closed ? "enum" : "examples");
      allowed.forEach(values::add);
      if (closed && field.nullable()) {
        values.addNull();
      }
    }
    return schema;
  }

  private static ObjectNode date(Field.DateField field) {
    ObjectNode schema = NODES.objectNode();
    ArrayNode forms = schema.putArray("anyOf");
    forms.addObject().put("type", "string").put("format", "date");
    forms.addObject().put("type", "string").put("format", "date-time");
    if (field.nullable()) {
      forms.addObject().put("type", "null");
    }
    return schema;
  }

  private static ObjectNode vector(Field.VectorField field) {
    ObjectNode schema = type(field, "array");
    ObjectNode items = schema.putObject("items").put("type", "number");
    bound(items, "minimum", field.min());
    bound(items, "maximum", field.max());
    return schema.put("minItems", field.length()).put("maxItems", field.length());
  }

  private static ObjectNode text(InputSchema.Text text) {
    ObjectNode schema = NODES.objectNode();
    ArrayNode forms = schema.putArray("oneOf");
    forms.addObject().put("type", "string").put("maxLength", text.maxChars());
    ObjectNode member = forms.addObject();
    member.setAll(object());
    member
        .putObject("properties")
        .putObject("text")
        .put("type", "string")
        .put("maxLength", text.maxChars());
    member.putArray("required").add("text");
    member.put("additionalProperties", false);
    return schema;
  }

  private static ObjectNode mail(InputSchema.Mail mail) {
    ObjectNode schema = object();
    schema.put(
        "description",
        "an RFC 5322 message of at most " + mail.maxBytes() + " bytes, as text or in base64");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("raw").put("type", "string").put("contentMediaType", "message/rfc822");
    base64(properties, "raw_base64").put("contentMediaType", "message/rfc822");
    ArrayNode forms = schema.putArray("oneOf");
    forms.addObject().putArray("required").add("raw");
    forms.addObject().putArray("required").add("raw_base64");
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode image(InputSchema.Image image) {
    ObjectNode schema = object();
    schema.put(
        "description",
        "an encoded image ("
            + String.join(", ", image.mediaTypes())
            + ") of at most "
            + image.maxBytes()
            + " bytes and "
            + image.maxPixels()
            + " pixels, in base64");
    base64(schema.putObject("properties"), "image_base64");
    schema.putArray("required").add("image_base64");
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode base64(ObjectNode properties, String name) {
    return properties.putObject(name).put("type", "string").put("contentEncoding", "base64");
  }

  private static ObjectNode tensors(Graph.Signature signature) {
    ObjectNode schema = object();
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    signature
        .inputs()
        .forEach(
            (name, port) -> {
              properties.set(name, TensorJsonSchema.of(port));
              required.add(name);
            });
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode object() {
    return NODES.objectNode().put("type", "object");
  }
}
