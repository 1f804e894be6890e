package io.slipway.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One field of a record, as the manifest declares it. `type` is the record's name in `snake_case`,
/// without `Field`.
public sealed interface Field {
  String name();

  /// Whether the field may be null or absent.
  boolean nullable();

  @Nullable String description();

  @Nullable String unit();

  /// Whether it contains personal data: its values are neither kept nor compared, nor are those of
  /// columns that steps derive from it.
  boolean pii();

  /// Whether it names the object, as a customer number does: nearly every value is new.
  boolean identifier();

  /// Whether it is part of the business key of the object.
  boolean entity();

  /// Whether its values are compared with the reference.
  boolean monitor();

  /// A finite double.
  record NumberField(
      String name,
      @Default("false") boolean nullable,
      @Nullable Double min,
      @Nullable Double max,
      @Nullable @Key("enum") List<Double> allowed,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  /// A whole number within ±2^53.
  record IntegerField(
      String name,
      @Default("false") boolean nullable,
      @Nullable Double min,
      @Nullable Double max,
      @Nullable @Key("enum") List<Double> allowed,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  record BooleanField(
      String name,
      @Default("false") boolean nullable,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  /// `max_chars` counts code points.
  record StringField(
      String name,
      @Default("false") boolean nullable,
      @Nullable @Key("enum") List<String> allowed,
      @Default("1000000") int maxChars,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  /// A string, from a closed set where `enum` is given. `unknown` is `reject`, or `null` to read
  /// other values as null.
  record CategoryField(
      String name,
      @Default("false") boolean nullable,
      @Nullable @Key("enum") List<String> allowed,
      @Default("\"reject\"") String unknown,
      @Default("1000000") int maxChars,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  /// `YYYY-MM-DD`, or a date-time whose date is used. `min` and `max` are dates.
  record DateField(
      String name,
      @Default("false") boolean nullable,
      @Nullable String min,
      @Nullable String max,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  /// An RFC 3339 date-time.
  record TimestampField(
      String name,
      @Default("false") boolean nullable,
      @Nullable String min,
      @Nullable String max,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}

  /// A fixed number of finite doubles.
  record VectorField(
      String name,
      int length,
      @Default("false") boolean nullable,
      @Nullable Double min,
      @Nullable Double max,
      @Nullable String description,
      @Nullable String unit,
      @Default("false") boolean pii,
      @Default("false") boolean identifier,
      @Default("false") boolean entity,
      @Default("true") boolean monitor)
      implements Field {}
}
