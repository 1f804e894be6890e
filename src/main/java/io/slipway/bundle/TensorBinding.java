package io.slipway.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The binding of a column to an input of the model.
///
/// @param name the model's input
/// @param from the column
/// @param dtype `float32`, `float64`, `int64`, `int32`, `bool`, `uint8` or `string`
/// @param shape the dimensions, -1 for the batch and where variable; absent: as the column gives it
public record TensorBinding(
    String name, String from, @Default("\"float32\"") String dtype, @Nullable List<Long> shape) {}
