package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// A field of a record, as its bundle declares it.
///
/// @param allowed the allowed values; empty where any value of the type is allowed
/// @param limits such as `0 to 100, optional`
public record FieldView(
    String name,
    String type,
    boolean nullable,
    List<String> allowed,
    String unit,
    String description,
    String limits) {

  /// The fields of a manifest's `input`; empty where the input is not a record.
  static List<FieldView> of(JsonNode input) {
    List<FieldView> fields = new ArrayList<>();
    input.path("fields").forEach(field -> fields.add(field(field)));
    return fields;
  }

  private static FieldView field(JsonNode field) {
    List<String> allowed = new ArrayList<>();
    field.path("enum").forEach(value -> allowed.add(value.asText()));
    boolean nullable = field.path("nullable").asBoolean();
    return new FieldView(
        field.path("name").asText(),
        field.path("type").asText(),
        nullable,
        allowed,
        field.path("unit").asText(),
        field.path("description").asText(),
        limits(field, nullable));
  }

  private static String limits(JsonNode field, boolean nullable) {
    StringJoiner limits = new StringJoiner(", ");
    boolean min = field.hasNonNull("min");
    boolean max = field.hasNonNull("max");
    if (min && max) {
      limits.add(field.path("min").asText() + " to " + field.path("max").asText());
    } else if (min) {
      limits.add("from " + field.path("min").asText());
    } else if (max) {
      limits.add("up to " + field.path("max").asText());
    }
    if (field.hasNonNull("length")) {
      limits.add(field.path("length").asText() + " numbers");
    }
    if (field.hasNonNull("max_chars")) {
      limits.add("at most " + field.path("max_chars").asText() + " characters");
    }
    if (nullable) {
      limits.add("optional");
    }
    return limits.toString();
  }

  /// The kind of form control for this field.
  public String control() {
    if (!allowed.isEmpty()) {
      return "select";
    }
    return switch (type) {
      case "number", "integer" -> "number";
      case "boolean" -> "boolean";
      case "date" -> "date";
      case "vector" -> "vector";
      case "string" -> name.contains("text") || name.contains("body") ? "long" : "text";
      default -> "text";
    };
  }
}
