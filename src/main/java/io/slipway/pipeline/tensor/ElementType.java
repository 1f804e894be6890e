package io.slipway.pipeline.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The type of a tensor's elements.
public enum ElementType {
  BOOL("bool", 1),
  INT8("int8", 1),
  INT16("int16", 2),
  INT32("int32", 4),
  INT64("int64", 8),
  UINT8("uint8", 1),
  UINT16("uint16", 2),
  UINT32("uint32", 4),
  UINT64("uint64", 8),
  FLOAT16("float16", 2),
  BFLOAT16("bfloat16", 2),
  FLOAT32("float32", 4),
  FLOAT64("float64", 8),
  STRING("string", 0);

  private static final Map<String, ElementType> BY_DTYPE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ElementType::dtype, Function.identity()));

  private final String dtype;
  private final int bytes;

  ElementType(String dtype, int bytes) {
    this.dtype = dtype;
    this.bytes = bytes;
  }

  /// The type with this name; null where there is none.
  public static @Nullable ElementType of(String dtype) {
    return BY_DTYPE.get(dtype);
  }

  /// The type's name in bundles and signatures.
  public String dtype() {
    return dtype;
  }

  /// The size of one element in bytes; 0 for strings, whose size varies.
  public int bytes() {
    return bytes;
  }
}
