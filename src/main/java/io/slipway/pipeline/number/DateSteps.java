package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Transform;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Steps on dates and times: calendar arithmetic, in which null gives NaN.
public final class DateSteps {
  /// The span between two days, given as days since 1970-01-01.
  @FunctionalInterface
  private interface Span {
    double between(long from, long to);
  }

  private DateSteps() {}

  /// Compiles `step`; null, with a finding, where it does not fit.
  public static @Nullable Transform compile(Step.OnDates step, CompileScope scope) {
    return switch (step) {
      case Step.MonthsBetween s -> between(s, s.ref(), s.refField(), scope, DateSteps::months);
      case Step.DaysBetween s -> between(s, s.ref(), s.refField(), scope, (from, to) -> to - from);
      case Step.DatePart s -> parts(s, scope);
      case Step.Cyclic s -> cyclic(s, scope);
    };
  }

  /// Calendar months between the months of two days; the day of the month is ignored.
  private static double months(long from, long to) {
    LocalDate a = LocalDate.ofEpochDay(from);
    LocalDate b = LocalDate.ofEpochDay(to);
    return (b.getYear() - a.getYear()) * 12.0 + b.getMonthValue() - a.getMonthValue();
  }

  private static @Nullable Transform between(
      Step step, @Nullable String ref, @Nullable String refField, CompileScope scope, Span span) {
    List<String> out = Places.outOf(step, scope);
    DoubleUnaryOperator[] toDays = days(step.in(), scope);
    Column other = refField == null ? null : scope.read(refField);
    DoubleUnaryOperator otherDay = other == null ? null : day(other, scope);
    Long day = ref == null ? null : day(ref, scope);
    if ((ref == null) == (refField == null)) {
      scope.finding("inconsistent", "expected either \"ref\" or \"ref_field\"");
    } else if (out != null && toDays != null && (day != null || otherDay != null)) {
      int[] from = step.in().stream().mapToInt(name -> slot(name, scope)).toArray();
      int[] to = new int[from.length];
      for (int i = 0; i < to.length; i++) {
        to[i] = scope.write(out.get(i), new ColumnType.Number(false)).slot();
      }
      int refSlot = other == null ? -1 : other.slot();
      return frame -> {
        double end =
            day != null || otherDay == null
                ? (day == null ? 0 : day)
                : otherDay.applyAsDouble(frame.number(refSlot));
        for (int i = 0; i < from.length; i++) {
          double start = toDays[i].applyAsDouble(frame.number(from[i]));
          boolean missing = Double.isNaN(start) || Double.isNaN(end);
          frame.number(to[i], missing ? Double.NaN : span.between((long) start, (long) end));
        }
      };
    }
    scope.writeBroken(step.out() == null ? step.in() : step.out());
    return null;
  }

  private static int slot(String name, CompileScope scope) {
    Column column = scope.read(name);
    return column == null ? -1 : column.slot();
  }

  private static DoubleUnaryOperator @Nullable [] days(List<String> names, CompileScope scope) {
    DoubleUnaryOperator[] operators = new DoubleUnaryOperator[names.size()];
    for (int i = 0; i < operators.length; i++) {
      Column column = scope.read(names.get(i));
      DoubleUnaryOperator operator = column == null ? null : day(column, scope);
      if (operator == null) {
        return null;
      }
      operators[i] = operator;
    }
    return operators;
  }

  /// Converts the column's number to days since 1970-01-01 in UTC.
  private static @Nullable DoubleUnaryOperator day(Column column, CompileScope scope) {
    return switch (column.type()) {
      case ColumnType.Date d -> x -> x;
      case ColumnType.Timestamp t -> x -> Math.floor(x / 86_400);
      default -> {
        scope.wrongType(column, "a date or timestamp");
        yield null;
      }
    };
  }

  private static @Nullable Long day(String text, CompileScope scope) {
    try {
      return LocalDate.parse(text).toEpochDay();
    } catch (DateTimeException e) {
      scope.finding("wrong_type", "ref: expected a date like 2026-01-31, found \"" + text + "\"");
      return null;
    }
  }

  private static @Nullable Transform parts(Step.DatePart step, CompileScope scope) {
    Column column = step.in().size() == 1 ? scope.read(step.in().getFirst()) : null;
    ZoneId zone = zone(step.zone(), scope);
    List<ToIntFunction<ZonedDateTime>> parts = new ArrayList<>();
    for (String name : step.parts()) {
      ToIntFunction<ZonedDateTime> part = part(name);
      if (part == null) {
        scope.finding(
            "unknown_value",
            "parts: \"" + name + "\" is none of year, month, day, day_of_week, day_of_year, hour");
      } else {
        parts.add(part);
      }
    }
    if (step.in().size() != 1 || step.out().size() != step.parts().size()) {
      scope.finding("wrong_arity", "expected one column in and one out for each part");
    } else if (column != null
        && zone != null
        && parts.size() == step.out().size()
        && isTime(column, step.parts(), scope)) {
      boolean isDate = column.type() instanceof ColumnType.Date;
      int[] to =
          step.out().stream()
              .mapToInt(n -> scope.write(n, new ColumnType.Number(false)).slot())
              .toArray();
      return frame -> {
        double x = frame.number(column.slot());
        ZonedDateTime time = Double.isNaN(x) ? null : isDate ? startOf((long) x) : at(x, zone);
        for (int i = 0; i < to.length; i++) {
          frame.number(to[i], time == null ? Double.NaN : parts.get(i).applyAsInt(time));
        }
      };
    }
    scope.writeBroken(step.out());
    return null;
  }

  private static ZonedDateTime startOf(long day) {
    return LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC);
  }

  private static ZonedDateTime at(double seconds, ZoneId zone) {
    return Instant.ofEpochSecond((long) Math.floor(seconds)).atZone(zone);
  }

  private static boolean isTime(Column column, List<String> parts, CompileScope scope) {
    return switch (column.type()) {
      case ColumnType.Timestamp t -> true;
      case ColumnType.Date d when parts.contains("hour") -> {
        scope.wrongType(column, "a timestamp, as a date has no hour");
        yield false;
      }
      case ColumnType.Date d -> true;
      default -> {
        scope.wrongType(column, "a date or timestamp");
        yield false;
      }
    };
  }

  private static @Nullable ZoneId zone(String name, CompileScope scope) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      scope.finding("unknown_value", "zone: \"" + name + "\" is not a time zone");
      return null;
    }
  }

  private static @Nullable ToIntFunction<ZonedDateTime> part(String name) {
    return switch (name) {
      case "year" -> ZonedDateTime::getYear;
      case "month" -> ZonedDateTime::getMonthValue;
      case "day" -> ZonedDateTime::getDayOfMonth;
      case "day_of_week" -> time -> time.getDayOfWeek().getValue() - 1;
      case "day_of_year" -> ZonedDateTime::getDayOfYear;
      case "hour" -> ZonedDateTime::getHour;
      default -> null;
    };
  }

  private static @Nullable Transform cyclic(Step.Cyclic step, CompileScope scope) {
    Column column = step.in().size() == 1 ? scope.number(step.in().getFirst()) : null;
    double period = step.period();
    if (step.in().size() != 1 || step.out().size() != 2) {
      scope.finding("wrong_arity", "expected one column in and two out: sine and cosine");
    } else if (!(period > 0)) {
      scope.finding("out_of_range", "period: expected a number over 0");
    } else if (column != null) {
      int sine = scope.write(step.out().get(0), new ColumnType.Number(false)).slot();
      int cosine = scope.write(step.out().get(1), new ColumnType.Number(false)).slot();
      return frame -> {
        double angle = 2 * Math.PI * frame.number(column.slot()) / period;
        frame.number(sine, Math.sin(angle));
        frame.number(cosine, Math.cos(angle));
      };
    }
    scope.writeBroken(step.out());
    return null;
  }
}
