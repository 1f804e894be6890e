package io.slipway.openinference;

import inference.DataType;
import io.slipway.pipeline.tensor.ElementType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A datatype of the protocol.
enum Datatype {
  BOOL(ElementType.BOOL, DataType.TYPE_BOOL),
  UINT8(ElementType.UINT8, DataType.TYPE_UINT8),
  UINT16(ElementType.UINT16, DataType.TYPE_UINT16),
  UINT32(ElementType.UINT32, DataType.TYPE_UINT32),
  UINT64(ElementType.UINT64, DataType.TYPE_UINT64),
  INT8(ElementType.INT8, DataType.TYPE_INT8),
  INT16(ElementType.INT16, DataType.TYPE_INT16),
  INT32(ElementType.INT32, DataType.TYPE_INT32),
  INT64(ElementType.INT64, DataType.TYPE_INT64),
  FP16(ElementType.FLOAT16, DataType.TYPE_FP16),
  BF16(ElementType.BFLOAT16, DataType.TYPE_BF16),
  FP32(ElementType.FLOAT32, DataType.TYPE_FP32),
  FP64(ElementType.FLOAT64, DataType.TYPE_FP64),
  BYTES(ElementType.STRING, DataType.TYPE_STRING);

  private static final Map<String, Datatype> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(Datatype::name, Function.identity()));

  private static final Map<ElementType, Datatype> BY_TYPE =
      new EnumMap<>(
          Arrays.stream(values()).collect(Collectors.toMap(Datatype::type, Function.identity())));

  private final ElementType type;
  private final DataType inConfig;

  Datatype(ElementType type, DataType inConfig) {
    this.type = type;
    this.inConfig = inConfig;
  }

  /// The datatype with this name; null where the protocol has none.
  static @Nullable Datatype of(String name) {
    return BY_NAME.get(name);
  }

  /// The datatype of a port's `dtype`.
  static Datatype ofPort(String dtype) {
    return Objects.requireNonNull(BY_TYPE.get(ElementType.of(dtype)), dtype);
  }

  ElementType type() {
    return type;
  }

  /// Its name in a model's configuration.
  DataType inConfig() {
    return inConfig;
  }

  /// Whether the elements are numbers.
  boolean isNumber() {
    return this != BOOL && this != BYTES;
  }
}
