package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A reader of the fields of one protocol buffers message, in order, from a memory-mapped file.
/// Fields that are not requested are skipped, whatever their size, and a message can be read twice,
/// as its fields may come in any order. Anything that no regular writer produces (groups, a field
/// of another type, lengths beyond the message) is refused rather than ignored, so that no other
/// parser can see more than this one.
///
/// Source of the format: the Protocol Buffers encoding guide.
final class Wire {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// The longest name, domain or location in bytes.
  private static final int LONGEST_TEXT = 64 * 1024;

  /// The longest mode or key; longer texts are documentation.
  private static final int SHORT_TEXT = 256;

  private final String file;
  private final MemorySegment bytes;
  private long begin;
  private long position;
  private int field;
  private int type;

  /// @param file the name for findings
  Wire(String file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// The same message from its start.
  Wire again() {
    return new Wire(file, bytes);
  }

  /// Advances to the next field, whose value must then be read or skipped; false at the end.
  boolean next() {
    if (position == bytes.byteSize()) {
      return false;
    }
    begin = position;
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    type = (int) tag & 7;
    if (tag < 0 || tag > 0xFFFF_FFFFL || field == 0) {
      throw malformed("an illegal field");
    }
    return true;
  }

  int field() {
    return field;
  }

  /// The position of the field's tag.
  long begin() {
    return begin;
  }

  /// The current position, after what was read or skipped.
  long position() {
    return position;
  }

  /// The bytes of the message from one position to another.
  MemorySegment between(long from, long to) {
    return bytes.asSlice(from, to - from);
  }

  /// The message in this field, without consuming it.
  Wire peek() {
    long before = position;
    Wire message = message();
    position = before;
    return message;
  }

  void skip() {
    switch (type) {
      case VARINT -> rawVarint();
      case FIXED64 -> slice(8);
      case BYTES -> slice(rawVarint());
      case FIXED32 -> slice(4);
      default -> throw malformed("an illegal wire type");
    }
  }

  long varint() {
    expect(VARINT);
    return rawVarint();
  }

  /// The message in this field.
  Wire message() {
    expect(BYTES);
    return new Wire(file, slice(rawVarint()));
  }

  /// The length of this field, which is skipped.
  long length() {
    expect(BYTES);
    return slice(rawVarint()).byteSize();
  }

  /// The text in this field; bytes that are not UTF-8 become U+FFFD.
  String text() {
    expect(BYTES);
    MemorySegment text = slice(rawVarint());
    if (text.byteSize() > LONGEST_TEXT) {
      throw malformed("a name of " + text.byteSize() + " bytes");
    }
    return new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /// Adds the integers in this field, packed or single, to `list`.
  void ints(IntList list) {
    if (type == VARINT) {
      list.add(rawVarint());
      return;
    }
    Wire packed = message();
    while (packed.position < packed.bytes.byteSize()) {
      list.add(packed.rawVarint());
    }
  }

  /// Adds the integers in this field, packed or single, to `list` until that has `most`.
  ///
  /// @return how many there were
  int longs(List<Long> list, int most) {
    if (type == VARINT) {
      return add(rawVarint(), list, most);
    }
    Wire packed = message();
    int count = 0;
    while (packed.position < packed.bytes.byteSize()) {
      count += add(packed.rawVarint(), list, most);
    }
    return count;
  }

  private static int add(long value, List<Long> list, int most) {
    if (list.size() < most) {
      list.add(value);
    }
    return 1;
  }

  /// The 32-bit number in this field.
  float number() {
    expect(FIXED32);
    return slice(4).get(FLOAT, 0);
  }

  /// The bytes of this field, little-endian.
  ByteBuffer content() {
    expect(BYTES);
    return slice(rawVarint()).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Whether the field is a single 32-bit number, as in a list that is not packed.
  boolean single() {
    return type == FIXED32 || type == FIXED64;
  }

  /// The text in this field; null, and it is stepped over, where it is long.
  @Nullable String shortText() {
    expect(BYTES);
    MemorySegment text = slice(rawVarint());
    return text.byteSize() > SHORT_TEXT
        ? null
        : new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /// Everything that is wrong with the bytes comes out as this.
  InvalidBundle malformed(String what) {
    return new InvalidBundle(
        "not_onnx", file, file + " is not an ONNX file: " + what + " instead of a model");
  }

  private void expect(int expected) {
    if (type != expected) {
      throw malformed("field " + field + " of another type");
    }
  }

  private MemorySegment slice(long length) {
    if (length < 0 || length > bytes.byteSize() - position) {
      throw malformed("a length beyond the end, as in a truncated file,");
    }
    MemorySegment slice = bytes.asSlice(position, length);
    position += length;
    return slice;
  }

  private long rawVarint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position == bytes.byteSize()) {
        throw malformed("an integer cut off, as in a truncated file,");
      }
      byte b = bytes.get(ValueLayout.JAVA_BYTE, position++);
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("an integer of more than ten bytes");
  }
}
