package io.slipway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.SparseVector;
import io.slipway.pipeline.frame.Tensor;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/// Writes the value of a column or a tensor as JSON for display: of long values, the first
/// [#MOST_ENTRIES] entries and a summary.
///
/// A scalar is `{"name","type","value"}`; a list `{"name","type","shape","values"}`, with `min`,
/// `max` and `mean` where it has numbers. A mostly zero vector has `entries` (index and value of
/// the nonzero ones) instead of `values`. A shortened value has `"truncated":true`.
public final class ValueWriter {
  /// The most entries of a list that are written.
  static final int MOST_ENTRIES = 64;

  /// The most UTF-16 units of a text that are written.
  static final int MOST_CHARS = 2_000;

  private ValueWriter() {}

  /// The current value of `column` in `frame`.
  public static ObjectNode column(Column column, Frame frame) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode().put("name", column.name());
    ColumnType type = column.type();
    shown.put("type", type.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    if (type instanceof ColumnType.Scalar scalar) {
      scalar(shown, scalar, frame.number(column.slot()));
      return shown;
    }
    Object value = frame.object(column.slot());
    if (value == null) {
      return shown.putNull("value");
    }
    switch (type) {
      case ColumnType.Scalar _ -> throw new AssertionError(type);
      case ColumnType.Text _, ColumnType.Category _ -> text(shown, "value", (String) value);
      case ColumnType.Tokens _ -> tokens(shown, (List<?>) value);
      case ColumnType.Vector _ -> vector(shown, value);
      case ColumnType.Ids _ -> ids(shown, (long[]) value);
      case ColumnType.Encoded _ -> shown.put("bytes", ((byte[]) value).length);
      case ColumnType.Image _ -> image(shown, (Pixels) value);
      case ColumnType.Array(List<Long> dims, boolean _) -> array(shown, dims, value);
      case ColumnType.Direct _ -> tensor(shown, (Tensor) value);
    }
    return shown;
  }

  /// The value of the model's input `name`.
  public static ObjectNode tensor(String name, Tensor tensor) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode().put("name", name);
    tensor(shown, tensor);
    return shown;
  }

  private static void scalar(ObjectNode shown, ColumnType.Scalar type, double value) {
    if (Double.isNaN(value) && type.nullable()) {
      shown.putNull("value");
      return;
    }
    switch (type) {
      case ColumnType.Number _ -> number(shown, "value", value);
      case ColumnType.Whole _ -> number(shown, "value", value);
      case ColumnType.Flag _ -> shown.put("value", value != 0);
      case ColumnType.Date _ -> shown.put("value", LocalDate.ofEpochDay((long) value).toString());
      case ColumnType.Timestamp _ -> {
        double whole = Math.floor(value);
        long nanos = Math.round((value - whole) * 1e9);
        shown.put("value", Instant.ofEpochSecond((long) whole, nanos).toString());
      }
    }
  }

  /// NaN and infinities, which JSON lacks, are written as text.
  private static void number(ObjectNode shown, String member, double value) {
    if (!Double.isFinite(value)) {
      shown.put(member, Double.toString(value));
    } else if (value == (long) value && Math.abs(value) < 1L << 53 && !isNegativeZero(value)) {
      shown.put(member, (long) value);
    } else {
      shown.put(member, value);
    }
  }

  private static boolean isNegativeZero(double value) {
    return value == 0 && 1 / value < 0;
  }

  private static void text(ObjectNode shown, String member, String text) {
    boolean cut = text.length() > MOST_CHARS;
    shown.put(member, cut ? text.substring(0, MOST_CHARS) : text);
    if (cut) {
      shown.put("truncated", true).put("chars", text.length());
    }
  }

  private static void tokens(ObjectNode shown, List<?> tokens) {
    shape(shown, tokens.size());
    ArrayNode values = shown.putArray("values");
    tokens.stream().limit(MOST_ENTRIES).forEach(token -> values.add(token.toString()));
    cut(shown, tokens.size());
  }

  private static void vector(ObjectNode shown, Object value) {
    if (value instanceof SparseVector sparse) {
      shape(shown, sparse.length());
      shown.put("nonzero", sparse.count());
      ArrayNode entries = shown.putArray("entries");
      int[] order = order(sparse);
      for (int i = 0; i < Math.min(order.length, MOST_ENTRIES); i++) {
        ArrayNode entry = entries.addArray().add(sparse.indices()[order[i]]);
        entry.add(sparse.values()[order[i]]);
      }
      cut(shown, sparse.count());
    } else {
      double[] dense = (double[]) value;
      shape(shown, dense.length);
      numbers(shown, dense.length, i -> dense[i]);
    }
  }

  /// The positions of the entries, sorted by index.
  private static int[] order(SparseVector sparse) {
    return IntStream.range(0, sparse.count())
        .boxed()
        .sorted(Comparator.comparingInt(i -> sparse.indices()[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void ids(ObjectNode shown, long[] ids) {
    shape(shown, ids.length);
    wholes(shown, ids.length, i -> ids[i], false);
  }

  private static void image(ObjectNode shown, Pixels pixels) {
    shape(shown, pixels.height(), pixels.width(), pixels.channels());
    pixels(shown, pixels);
  }

  private static void pixels(ObjectNode shown, Pixels pixels) {
    byte[] bytes = pixels.bytes();
    double[] values = pixels.values();
    if (bytes != null) {
      numbers(shown, bytes.length, i -> bytes[i] & 0xff);
    } else if (values != null) {
      numbers(shown, values.length, i -> values[i]);
    }
  }

  private static void array(ObjectNode shown, List<Long> dims, Object value) {
    shape(shown, dims.stream().mapToLong(Long::longValue).toArray());
    if (value instanceof Pixels pixels) {
      pixels(shown, pixels);
    } else {
      double[] values = (double[]) value;
      numbers(shown, values.length, i -> values[i]);
    }
  }

  private static void tensor(ObjectNode shown, Tensor tensor) {
    long[] shape = tensor.shape();
    shape(shown, shape);
    int count = Math.toIntExact(Tensor.count(shape));
    switch (tensor) {
      case Tensor.Floats t -> numbers(dtype(shown, "float32"), count, i -> t.data().get(i));
      case Tensor.Doubles t -> numbers(dtype(shown, "float64"), count, i -> t.data().get(i));
      case Tensor.Longs t -> wholes(dtype(shown, "int64"), count, i -> t.data().get(i), false);
      case Tensor.Ints t -> wholes(dtype(shown, "int32"), count, i -> t.data().get(i), false);
      case Tensor.Booleans t -> wholes(dtype(shown, "bool"), count, i -> t.data().get(i), false);
      case Tensor.Bytes t ->
          wholes(
              dtype(shown, t.signed() ? "int8" : "uint8"),
              count,
              i -> t.signed() ? t.data().get(i) : t.data().get(i) & 0xff,
              false);
      case Tensor.Bits t when t.kind().floating() ->
          numbers(dtype(shown, t.kind().dtype()), count, t::number);
      case Tensor.Bits t ->
          wholes(dtype(shown, t.kind().dtype()), count, t::whole, t.kind() == Tensor.Kind.UINT64);
      case Tensor.Strings t -> {
        dtype(shown, "string");
        ArrayNode values = shown.putArray("values");
        Arrays.stream(t.data())
            .limit(MOST_ENTRIES)
            .map(s -> s.length() > MOST_CHARS ? s.substring(0, MOST_CHARS) : s)
            .forEach(values::add);
        cut(shown, count);
      }
    }
  }

  private static ObjectNode dtype(ObjectNode shown, String dtype) {
    return shown.put("dtype", dtype);
  }

  private static void shape(ObjectNode shown, long... shape) {
    ArrayNode dims = shown.putArray("shape");
    Arrays.stream(shape).forEach(dims::add);
  }

  private static void numbers(ObjectNode shown, int count, IntToDoubleFunction at) {
    ArrayNode values = shown.putArray("values");
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double value = at.applyAsDouble(i);
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
      if (i < MOST_ENTRIES) {
        if (Double.isFinite(value)) {
          values.add(value);
        } else {
          values.add(Double.toString(value));
        }
      }
    }
    if (count > 0) {
      number(shown, "min", least);
      number(shown, "max", most);
      number(shown, "mean", sum / count);
    }
    cut(shown, count);
  }

  /// As [#numbers], for integers beyond 2^53, which a double would round.
  ///
  /// @param unsigned whether the longs are unsigned
  private static void wholes(ObjectNode shown, int count, IntToLongFunction at, boolean unsigned) {
    ArrayNode values = shown.putArray("values");
    long flip = unsigned ? Long.MIN_VALUE : 0; // maps unsigned order to signed order
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      long value = at.applyAsLong(i);
      least = Math.min(least, value ^ flip);
      most = Math.max(most, value ^ flip);
      sum += unsigned && value < 0 ? value + 0x1p64 : value;
      if (i < MOST_ENTRIES) {
        values.add(whole(value, unsigned));
      }
    }
    if (count > 0) {
      shown.set("min", whole(least ^ flip, unsigned));
      shown.set("max", whole(most ^ flip, unsigned));
      number(shown, "mean", sum / count);
    }
    cut(shown, count);
  }

  private static JsonNode whole(long value, boolean unsigned) {
    return unsigned && value < 0
        ? JsonNodeFactory.instance.numberNode(new BigInteger(Long.toUnsignedString(value)))
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static void cut(ObjectNode shown, int count) {
    if (count > MOST_ENTRIES) {
      shown.put("truncated", true);
    }
  }
}
