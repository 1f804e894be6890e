package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Tensors;
import io.slipway.pipeline.tensor.ElementType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/// Builds one tensor element by element, directly in the memory passed to the model. Nothing is
/// coerced: an element that the type cannot represent (an integer out of range, a fraction for an
/// integer, a float that would become infinite) is refused.
public final class TensorBuilder {
  private static final int FIRST = 16;

  private final ElementType type;
  private final BitSet missing = new BitSet();
  private ByteBuffer data;
  private String[] strings;
  private int count;

  private TensorBuilder(ElementType type, ByteBuffer data, String[] strings) {
    this.type = type;
    this.data = data;
    this.strings = strings;
  }

  /// A builder of exactly `count` elements, in direct memory from the start.
  public static TensorBuilder of(ElementType type, int count) {
    boolean text = type == ElementType.STRING;
    return new TensorBuilder(
        type, Tensors.direct((long) count * type.bytes()), new String[text ? count : 0]);
  }

  /// A builder of any number of elements.
  public static TensorBuilder growing(ElementType type) {
    boolean text = type == ElementType.STRING;
    return new TensorBuilder(type, heap(FIRST * type.bytes()), new String[text ? FIRST : 0]);
  }

  private static ByteBuffer heap(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  /// The number of elements added so far.
  public int count() {
    return count;
  }

  /// The indices of elements added by [#addMissing].
  public BitSet missing() {
    return missing;
  }

  /// Adds the scalar at the parser's position.
  ///
  /// @param special whether the strings `NaN`, `Infinity` and `-Infinity` are floats
  /// @throws RefusedInput.Invalid where it does not have the element type
  public void add(JsonParser parser, boolean special) throws IOException {
    JsonToken token = parser.currentToken();
    switch (type) {
      case STRING -> {
        if (token != JsonToken.VALUE_STRING) {
          throw wrong(parser);
        }
        add(Tokens.text(parser));
      }
      case BOOL -> {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
          throw wrong(parser);
        }
        add(token == JsonToken.VALUE_TRUE);
      }
      case FLOAT32 -> {
        float value = special(parser, special, token) ? special(parser) : floating(parser, token);
        put(value);
      }
      case FLOAT64 -> {
        if (special(parser, special, token)) {
          put((double) special(parser));
        } else {
          number(parser, token);
          double value = parser.getDoubleValue();
          if (!Double.isFinite(value)) {
            throw wrong(parser);
          }
          put(value);
        }
      }
      case FLOAT16, BFLOAT16 -> {
        boolean named = special(parser, special, token);
        float value = named ? special(parser) : floating(parser, token);
        short bits = type == ElementType.FLOAT16 ? Float.floatToFloat16(value) : bfloat16(value);
        if (!named && !Float.isFinite(wide(bits))) {
          throw wrong(parser);
        }
        putShort(bits);
      }
      case UINT64 -> {
        if (token != JsonToken.VALUE_NUMBER_INT) {
          throw wrong(parser);
        }
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          BigInteger value = parser.getBigIntegerValue();
          if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw wrong(parser);
          }
          put(value.longValue());
        } else {
          whole(parser, parser.getLongValue());
        }
      }
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> {
        if (token != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw wrong(parser);
        }
        whole(parser, parser.getLongValue());
      }
    }
  }

  private static boolean special(JsonParser parser, boolean special, JsonToken token)
      throws IOException {
    return special
        && token == JsonToken.VALUE_STRING
        && switch (parser.getText()) {
          case "NaN", "Infinity", "-Infinity" -> true;
          default -> false;
        };
  }

  private static float special(JsonParser parser) throws IOException {
    return Float.parseFloat(parser.getText());
  }

  private float floating(JsonParser parser, JsonToken token) throws IOException {
    number(parser, token);
    float value = parser.getFloatValue();
    if (!Float.isFinite(value)) {
      throw wrong(parser);
    }
    return value;
  }

  private void number(JsonParser parser, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw wrong(parser);
    }
  }

  private void whole(JsonParser parser, long value) throws IOException {
    if (!fits(value)) {
      throw wrong(parser);
    }
    putWhole(value);
  }

  private boolean fits(long value) {
    return switch (type) {
      case INT8 -> value == (byte) value;
      case INT16 -> value == (short) value;
      case INT32 -> value == (int) value;
      case UINT8 -> value >= 0 && value <= 0xff;
      case UINT16 -> value >= 0 && value <= 0xffff;
      case UINT32 -> value >= 0 && value <= 0xffff_ffffL;
      case UINT64 -> value >= 0;
      case INT64 -> true;
      case BOOL, FLOAT16, BFLOAT16, FLOAT32, FLOAT64, STRING -> false;
    };
  }

  private void putWhole(long value) {
    int at = room();
    switch (type.bytes()) {
      case Byte.BYTES -> data.put(at, (byte) value);
      case Short.BYTES -> data.putShort(at, (short) value);
      case Integer.BYTES -> data.putInt(at, (int) value);
      default -> data.putLong(at, value);
    }
    count++;
  }

  /// Adds to a tensor of integers of at most 63 bits.
  ///
  /// @throws RefusedInput.Invalid where the type cannot represent it
  public void addWhole(long value) {
    if (!fits(value)) {
      throw refuse(Long.toString(value));
    }
    putWhole(value);
  }

  /// Adds to a tensor of UINT64.
  public void addUnsigned(long bits) {
    put(bits);
  }

  /// Adds to a tensor of FLOAT32.
  public void add(float value) {
    put(value);
  }

  /// Adds to a tensor of FLOAT64.
  public void add(double value) {
    put(value);
  }

  /// Adds to a tensor of BOOL.
  public void add(boolean value) {
    int at = room();
    data.put(at, (byte) (value ? 1 : 0));
    count++;
  }

  /// Adds to a tensor of STRING.
  public void add(String value) {
    if (count == strings.length) {
      strings = Arrays.copyOf(strings, 2 * count);
    }
    strings[count++] = value;
  }

  /// Adds a missing element: zero, or the empty string, with its index recorded.
  public void addMissing() {
    missing.set(count);
    if (type == ElementType.STRING) {
      add("");
    } else {
      putWhole(0);
    }
  }

  private void put(long bits) {
    int at = room();
    data.putLong(at, bits);
    count++;
  }

  private void put(float value) {
    int at = room();
    data.putFloat(at, value);
    count++;
  }

  private void put(double value) {
    int at = room();
    data.putDouble(at, value);
    count++;
  }

  private void putShort(short bits) {
    int at = room();
    data.putShort(at, bits);
    count++;
  }

  /// Makes room for one element, in a new buffer if necessary, and returns its index.
  private int room() {
    int at = count * type.bytes();
    if (at == data.capacity()) {
      data = heap(Math.multiplyExact(2, at)).put(0, data, 0, at);
    }
    return at;
  }

  /// Rounds to nearest, ties to even.
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  private float wide(short bits) {
    return type == ElementType.FLOAT16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat(bits << 16);
  }

  /// The tensor of all added elements, whose number must match `shape`.
  public Tensor build(long[] shape) {
    if (type == ElementType.STRING) {
      return new Tensor.Strings(
          shape, count == strings.length ? strings : Arrays.copyOf(strings, count));
    }
    int bytes = count * type.bytes();
    ByteBuffer all = data;
    if (!all.isDirect() || all.capacity() != bytes) {
      all = Tensors.direct(bytes).put(0, data, 0, bytes);
    }
    return TensorBytes.view(type, shape, all);
  }

  private RefusedInput.Invalid wrong(JsonParser parser) throws IOException {
    return refuse(Tokens.describe(parser));
  }

  private RefusedInput.Invalid refuse(String found) {
    return new RefusedInput.Invalid(
        "", "wrong_type", "expected " + type.dtype() + ", got " + found + " at element " + count);
  }
}
