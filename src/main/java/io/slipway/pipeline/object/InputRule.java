package io.slipway.pipeline.object;

import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A rule of an input schema that an object can break.
///
/// @param field the field, as the schema names it; empty where the rule is about no field of a
///     record
/// @param code the code of its violations
public record InputRule(String field, String code) {
  private static final InputRule UNKNOWN_FIELD = new InputRule("", "unknown_field");
  private static final InputRule WRONG_TYPE = new InputRule("", "wrong_type");
  private static final InputRule MISSING_FIELD = new InputRule("", "missing_field");

  /// All rules that an object of `schema` can break as the native contract reads it. Other
  /// protocols have more, about the shapes of their tensors.
  public static List<InputRule> of(InputSchema schema) {
    return switch (schema) {
      case InputSchema.Record record -> record(record);
      case InputSchema.Text _ ->
          List.of(UNKNOWN_FIELD, WRONG_TYPE, MISSING_FIELD, new InputRule("", "too_long"));
      case InputSchema.Mail _, InputSchema.Image _ ->
          List.of(UNKNOWN_FIELD, WRONG_TYPE, MISSING_FIELD, new InputRule("", "inconsistent"));
      case InputSchema.Tensors _ ->
          List.of(UNKNOWN_FIELD, WRONG_TYPE, MISSING_FIELD, new InputRule("", "wrong_shape"));
    };
  }

  private static List<InputRule> record(InputSchema.Record schema) {
    List<InputRule> rules = new ArrayList<>();
    rules.add(WRONG_TYPE);
    if (!schema.additional().equals("ignore")) {
      rules.add(UNKNOWN_FIELD);
    }
    for (Field field : schema.fields()) {
      rules.add(new InputRule(field.name(), "wrong_type"));
      if (!field.nullable()) {
        rules.add(new InputRule(field.name(), "missing_field"));
      }
      ofValue(field).forEach(code -> rules.add(new InputRule(field.name(), code)));
    }
    return rules;
  }

  /// What a value of the right type can break.
  private static List<String> ofValue(Field field) {
    return switch (field) {
      // A number is finite, a whole one within ±2^53, whatever else is declared.
      case Field.NumberField f -> allowed("out_of_range", f.allowed());
      case Field.IntegerField f -> allowed("out_of_range", f.allowed());
      case Field.BooleanField _ -> List.of();
      case Field.StringField f -> allowed("too_long", f.allowed());
      case Field.CategoryField f ->
          allowed("too_long", f.unknown().equals("null") ? null : f.allowed());
      case Field.DateField f -> bounded(f.min(), f.max());
      case Field.TimestampField f -> bounded(f.min(), f.max());
      case Field.VectorField _ -> List.of("wrong_length", "out_of_range");
    };
  }

  private static List<String> allowed(String code, @Nullable List<?> values) {
    return values == null ? List.of(code) : List.of(code, "not_allowed");
  }

  private static List<String> bounded(@Nullable String min, @Nullable String max) {
    return min == null && max == null ? List.of() : List.of("out_of_range");
  }
}
