package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.bundle.Field;
import io.slipway.bundle.Rfc3339;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import java.io.IOException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one declared field from the parser's token into its slot. Values are not coerced: a wrong
/// type is a violation.
abstract class FieldReader {
  final String name;
  final boolean nullable;
  final int slot;

  private FieldReader(Field field, ColumnType type, CompileScope scope) {
    name = field.name();
    nullable = field.nullable();
    slot = scope.input(name, type).slot();
  }

  /// Reads a plain value that is not null, with the same result as [#read].
  ///
  /// @return false where it is not plain or not valid; the content of `frame` is undefined then
  abstract boolean scan(Cursor in, Frame frame);

  /// Reads a value that is not null.
  abstract void read(JsonParser parser, Frame frame, Violations violations) throws IOException;

  /// The expected value with an article, for messages.
  abstract String expected();

  final void wrongType(JsonParser parser, Violations violations) throws IOException {
    violations.add(
        name, "wrong_type", "expected " + expected() + ", got " + Tokens.describe(parser));
  }

  static FieldReader of(Field field, CompileScope scope) {
    return switch (field) {
      case Field.NumberField f -> new Numeric(f, scope);
      case Field.IntegerField f -> new Whole(f, scope);
      case Field.BooleanField f -> new Flag(f, scope);
      case Field.StringField f ->
          new Text(f, f.allowed(), false, f.maxChars(), new ColumnType.Text(f.nullable()), scope);
      case Field.CategoryField f ->
          new Text(
              f,
              f.allowed(),
              f.unknown().equals("null"),
              f.maxChars(),
              new ColumnType.Text(f.nullable()),
              scope);
      case Field.DateField f -> new Date(f, scope);
      case Field.TimestampField f -> new Timestamp(f, scope);
      case Field.VectorField f -> new Vector(f, scope);
    };
  }

  /// The limits of a number.
  private record Range(double min, double max, @Nullable Set<Double> allowed) {
    Range(@Nullable Double min, @Nullable Double max, @Nullable List<Double> allowed) {
      this(
          min == null ? -Double.MAX_VALUE : min,
          max == null ? Double.MAX_VALUE : max,
          allowed == null ? null : new HashSet<>(allowed));
    }

    boolean holds(double value) {
      return value >= min && value <= max && (allowed == null || allowed.contains(value + 0.0));
    }

    boolean check(String name, double value, String shown, Violations violations) {
      if (!(value >= min && value <= max)) {
        violations.add(name, "out_of_range", "expected a number " + words() + ", got " + shown);
        return false;
      }
      if (allowed != null && !allowed.contains(value + 0.0)) {
        violations.add(name, "not_allowed", "expected one of " + allowed + ", got " + shown);
        return false;
      }
      return true;
    }

    private String words() {
      if (min == -Double.MAX_VALUE && max == Double.MAX_VALUE) {
        return "that is finite";
      }
      if (max == Double.MAX_VALUE) {
        return "of at least " + show(min);
      }
      return min == -Double.MAX_VALUE
          ? "of at most " + show(max)
          : "from " + show(min) + " to " + show(max);
    }

    private static String show(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  private static final class Numeric extends FieldReader {
    private final Range range;

    Numeric(Field.NumberField field, CompileScope scope) {
      super(field, new ColumnType.Number(field.nullable()), scope);
      range = new Range(field.min(), field.max(), field.allowed());
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      double value = in.number();
      frame.number(slot, value);
      return range.holds(value);
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      JsonToken token = parser.currentToken();
      if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
        wrongType(parser, violations);
        return;
      }
      double value = parser.getDoubleValue();
      if (range.check(name, value, Tokens.shorten(parser.getText()), violations)) {
        frame.number(slot, value);
      }
    }

    @Override
    String expected() {
      return "a number";
    }
  }

  private static final class Whole extends FieldReader {
    private final Range range;

    Whole(Field.IntegerField field, CompileScope scope) {
      super(field, new ColumnType.Whole(field.nullable()), scope);
      range = new Range(field.min(), field.max(), field.allowed());
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      double value = in.whole();
      frame.number(slot, value);
      // Strictly less: a value just beyond the limit is rounded to it.
      return Math.abs(value) < WholeNumber.LIMIT && range.holds(value);
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      JsonToken token = parser.currentToken();
      if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
        wrongType(parser, violations);
        return;
      }
      long value = whole(parser, token);
      if (value == WholeNumber.FRACTION) {
        wrongType(parser, violations);
      } else if (value == WholeNumber.BEYOND) {
        violations.add(
            name,
            "out_of_range",
            "expected an integer within ±2^53, got " + Tokens.shorten(parser.getText()));
      } else if (range.check(name, value, Tokens.shorten(parser.getText()), violations)) {
        frame.number(slot, value);
      }
    }

    private static long whole(JsonParser parser, JsonToken token) throws IOException {
      if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        return WholeNumber.of(parser.getText());
      }
      return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          ? WholeNumber.BEYOND
          : WholeNumber.of(parser.getLongValue());
    }

    @Override
    String expected() {
      return "an integer";
    }
  }

  private static final class Flag extends FieldReader {
    Flag(Field.BooleanField field, CompileScope scope) {
      super(field, new ColumnType.Flag(field.nullable()), scope);
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      int flag = in.flag();
      frame.number(slot, flag);
      return flag >= 0;
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      switch (parser.currentToken()) {
        case VALUE_TRUE -> frame.number(slot, 1);
        case VALUE_FALSE -> frame.number(slot, 0);
        default -> wrongType(parser, violations);
      }
    }

    @Override
    String expected() {
      return "true or false";
    }
  }

  private static final class Text extends FieldReader {
    private final @Nullable Set<String> allowed;
    private final boolean unknownIsNull;
    private final int maxChars;

    Text(
        Field field,
        @Nullable List<String> allowed,
        boolean unknownIsNull,
        int maxChars,
        ColumnType type,
        CompileScope scope) {
      super(field, type, scope);
      this.allowed = allowed == null ? null : new HashSet<>(allowed);
      this.unknownIsNull = unknownIsNull;
      this.maxChars = maxChars;
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      String text = in.string();
      if (text == null || text.length() > maxChars) {
        return false;
      }
      if (allowed != null && !allowed.contains(text)) {
        return unknownIsNull;
      }
      frame.object(slot, text);
      return true;
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        wrongType(parser, violations);
        return;
      }
      String text = Tokens.text(parser);
      if (text.length() > maxChars && text.codePointCount(0, text.length()) > maxChars) {
        violations.add(
            name,
            "too_long",
            "expected at most "
                + maxChars
                + " characters, got "
                + text.codePointCount(0, text.length()));
        return;
      }
      if (allowed != null && !allowed.contains(text)) {
        if (!unknownIsNull) {
          violations.add(
              name,
              "not_allowed",
              "expected one of " + allowed + ", got \"" + Tokens.shorten(text) + "\"");
        }
        return;
      }
      frame.object(slot, text);
    }

    @Override
    String expected() {
      return "a string";
    }
  }

  private static final class Date extends FieldReader {
    private final long min;
    private final long max;

    Date(Field.DateField field, CompileScope scope) {
      super(field, new ColumnType.Date(field.nullable()), scope);
      min = field.min() == null ? Long.MIN_VALUE : LocalDate.parse(field.min()).toEpochDay();
      max = field.max() == null ? Long.MAX_VALUE : LocalDate.parse(field.max()).toEpochDay();
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      String text = in.string();
      LocalDate date = text == null ? null : Times.date(text);
      if (date == null || date.toEpochDay() < min || date.toEpochDay() > max) {
        return false;
      }
      frame.number(slot, date.toEpochDay());
      return true;
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      LocalDate date =
          parser.currentToken() == JsonToken.VALUE_STRING ? Times.date(Tokens.text(parser)) : null;
      if (date == null) {
        wrongType(parser, violations);
      } else if (date.toEpochDay() < min || date.toEpochDay() > max) {
        violations.add(
            name,
            "out_of_range",
            "expected a date "
                + (min == Long.MIN_VALUE ? "" : "from " + LocalDate.ofEpochDay(min) + " ")
                + (max == Long.MAX_VALUE ? "on" : "to " + LocalDate.ofEpochDay(max))
                + ", got "
                + date);
      } else {
        frame.number(slot, date.toEpochDay());
      }
    }

    @Override
    String expected() {
      return "a date like \"2026-01-31\"";
    }
  }

  private static final class Timestamp extends FieldReader {
    private final double min;
    private final double max;

    Timestamp(Field.TimestampField field, CompileScope scope) {
      super(field, new ColumnType.Timestamp(field.nullable()), scope);
      min = field.min() == null ? Double.NEGATIVE_INFINITY : seconds(field.min());
      max = field.max() == null ? Double.POSITIVE_INFINITY : seconds(field.max());
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      String text = in.string();
      OffsetDateTime time = text == null ? null : Times.timestamp(text);
      if (time == null || Times.seconds(time) < min || Times.seconds(time) > max) {
        return false;
      }
      frame.number(slot, Times.seconds(time));
      return true;
    }

    private static double seconds(String text) {
      OffsetDateTime time = Rfc3339.parse(text);
      if (time == null) {
        throw new IllegalStateException("the manifest was checked");
      }
      return Times.seconds(time);
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      OffsetDateTime time =
          parser.currentToken() == JsonToken.VALUE_STRING
              ? Times.timestamp(Tokens.text(parser))
              : null;
      if (time == null) {
        wrongType(parser, violations);
        return;
      }
      double seconds = Times.seconds(time);
      if (seconds < min || seconds > max) {
        violations.add(
            name, "out_of_range", "the time is outside of the allowed range, got " + time);
      } else {
        frame.number(slot, seconds);
      }
    }

    @Override
    String expected() {
      return "an RFC 3339 date-time like \"2026-01-31T12:00:00Z\"";
    }
  }

  private static final class Vector extends FieldReader {
    private final int length;
    private final Range range;

    Vector(Field.VectorField field, CompileScope scope) {
      super(field, new ColumnType.Vector(field.length(), field.nullable()), scope);
      length = field.length();
      range = new Range(field.min(), field.max(), null);
    }

    @Override
    boolean scan(Cursor in, Frame frame) {
      if (!in.take('[')) {
        return false;
      }
      double[] values = new double[length];
      for (int i = 0; i < length; i++) {
        values[i] = in.number();
        if (!range.holds(values[i]) || !in.take(i + 1 < length ? ',' : ']')) {
          return false;
        }
      }
      frame.object(slot, values);
      return length > 0;
    }

    @Override
    void read(JsonParser parser, Frame frame, Violations violations) throws IOException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        wrongType(parser, violations);
        return;
      }
      double[] values = new double[length];
      int n = 0;
      boolean valid = true;
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
          double value = parser.getDoubleValue();
          if (valid && n < length) {
            valid = range.check(name, value, Tokens.shorten(parser.getText()), violations);
            values[n] = value;
          }
        } else {
          if (valid) {
            violations.add(
                name,
                "wrong_type",
                "expected a number at " + n + ", got " + Tokens.describe(parser));
          }
          valid = false;
          parser.skipChildren();
        }
        n++;
      }
      if (n != length) {
        violations.add(name, "wrong_length", "expected " + length + " numbers, got " + n);
      } else if (valid) {
        frame.object(slot, values);
      }
    }

    @Override
    String expected() {
      return "an array of " + length + " numbers";
    }
  }
}
