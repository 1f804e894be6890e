package io.slipway.pipeline.object;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Tensors;
import io.slipway.pipeline.tensor.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Tensors as bytes: elements in little-endian row-major order; a string as its length in four
/// bytes followed by its bytes.
public final class TensorBytes {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private TensorBytes() {}

  /// Reads a tensor of fixed-size elements; copies it once, into the memory passed to the model.
  ///
  /// @param bytes exactly the elements, from its position to its limit
  /// @param count the number of elements by the shape
  /// @throws RefusedInput.Invalid where the number of bytes is wrong, or a boolean is invalid
  public static Tensor read(ElementType type, long[] shape, int count, ByteBuffer bytes) {
    if (bytes.remaining() != (long) count * type.bytes()) {
      throw new RefusedInput.Invalid(
          "",
          "wrong_length",
          "expected "
              + (long) count * type.bytes()
              + " bytes for "
              + count
              + " elements of "
              + type.dtype()
              + ", got "
              + bytes.remaining());
    }
    if (type == ElementType.BOOL) {
      for (int i = bytes.position(); i < bytes.limit(); i++) {
        if ((bytes.get(i) & ~1) != 0) {
          throw new RefusedInput.Invalid("", "wrong_type", "a bool must be a byte of 0 or 1");
        }
      }
    }
    ByteBuffer data = Tensors.direct(bytes.remaining());
    data.put(0, bytes, bytes.position(), bytes.remaining());
    if (!LITTLE) {
      swap(data, type.bytes());
    }
    return view(type, shape, data);
  }

  private static void swap(ByteBuffer data, int size) {
    for (int at = 0; at < data.capacity(); at += size) {
      for (int i = 0; i < size / 2; i++) {
        byte b = data.get(at + i);
        data.put(at + i, data.get(at + size - 1 - i));
        data.put(at + size - 1 - i, b);
      }
    }
  }

  /// Splits `bytes` into `count` byte strings.
  ///
  /// @throws RefusedInput.Invalid where the lengths do not match
  public static byte[][] strings(int count, ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < (long) count * Integer.BYTES) {
      throw strings(count);
    }
    byte[][] strings = new byte[count][];
    for (int i = 0; i < count; i++) {
      long length = in.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(in.getInt());
      if (length < 0 || length > in.remaining()) {
        throw strings(count);
      }
      strings[i] = new byte[(int) length];
      in.get(strings[i]);
    }
    if (in.hasRemaining()) {
      throw strings(count);
    }
    return strings;
  }

  private static RefusedInput.Invalid strings(int count) {
    return new RefusedInput.Invalid(
        "",
        "wrong_length",
        "expected exactly " + count + " strings, each after its length in four bytes");
  }

  /// Decodes UTF-8.
  ///
  /// @throws RefusedInput.Invalid where it is not UTF-8, which strings of models must be
  public static String text(byte[] utf8) {
    boolean ascii = true;
    for (int i = 0; i < utf8.length && ascii; i++) {
      ascii = utf8[i] >= 0;
    }
    if (ascii) {
      return new String(utf8, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedInput.Invalid("", "wrong_type", "expected strings in UTF-8");
    }
  }

  /// A tensor over `data`, which is in native byte order.
  static Tensor view(ElementType type, long[] shape, ByteBuffer data) {
    return switch (type) {
      case BOOL -> new Tensor.Booleans(shape, data);
      case INT8 -> new Tensor.Bytes(shape, data, true);
      case UINT8 -> new Tensor.Bytes(shape, data, false);
      case INT32 -> new Tensor.Ints(shape, data.asIntBuffer());
      case INT64 -> new Tensor.Longs(shape, data.asLongBuffer());
      case FLOAT32 -> new Tensor.Floats(shape, data.asFloatBuffer());
      case FLOAT64 -> new Tensor.Doubles(shape, data.asDoubleBuffer());
      case INT16 -> new Tensor.Bits(shape, data, Tensor.Kind.INT16);
      case UINT16 -> new Tensor.Bits(shape, data, Tensor.Kind.UINT16);
      case UINT32 -> new Tensor.Bits(shape, data, Tensor.Kind.UINT32);
      case UINT64 -> new Tensor.Bits(shape, data, Tensor.Kind.UINT64);
      case FLOAT16 -> new Tensor.Bits(shape, data, Tensor.Kind.FLOAT16);
      case BFLOAT16 -> new Tensor.Bits(shape, data, Tensor.Kind.BFLOAT16);
      case STRING -> throw new IllegalArgumentException("strings have no fixed size");
    };
  }

  /// The number of bytes that [#write] writes for `tensor`.
  public static int size(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats t -> Math.multiplyExact(t.data().limit(), Float.BYTES);
      case Tensor.Doubles t -> Math.multiplyExact(t.data().limit(), Double.BYTES);
      case Tensor.Longs t -> Math.multiplyExact(t.data().limit(), Long.BYTES);
      case Tensor.Ints t -> Math.multiplyExact(t.data().limit(), Integer.BYTES);
      case Tensor.Booleans t -> t.data().limit();
      case Tensor.Bytes t -> t.data().limit();
      case Tensor.Bits t -> t.data().limit();
      case Tensor.Strings t -> {
        int size = 0;
        for (String text : t.data()) {
          size = Math.addExact(size, Math.addExact(Integer.BYTES, utf8Length(text)));
        }
        yield size;
      }
    };
  }

  private static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A surrogate pair has four bytes, two per char.
        length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return length;
  }

  /// Writes the elements of `tensor` to `out`, which has enough room.
  public static void write(Tensor tensor, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor) {
      case Tensor.Floats t -> {
        out.asFloatBuffer().put(t.data().duplicate());
        skip(out, tensor);
      }
      case Tensor.Doubles t -> {
        out.asDoubleBuffer().put(t.data().duplicate());
        skip(out, tensor);
      }
      case Tensor.Longs t -> {
        out.asLongBuffer().put(t.data().duplicate());
        skip(out, tensor);
      }
      case Tensor.Ints t -> {
        out.asIntBuffer().put(t.data().duplicate());
        skip(out, tensor);
      }
      case Tensor.Booleans t -> out.put(t.data().duplicate());
      case Tensor.Bytes t -> out.put(t.data().duplicate());
      case Tensor.Bits t -> {
        int from = out.position();
        out.put(t.data().duplicate());
        if (!LITTLE) {
          swap(out.slice(from, t.data().limit()), t.kind().bytes());
        }
      }
      case Tensor.Strings t -> {
        for (String text : t.data()) {
          byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
          out.putInt(utf8.length).put(utf8);
        }
      }
    }
  }

  private static void skip(ByteBuffer out, Tensor tensor) {
    out.position(out.position() + size(tensor));
  }
}
