package io.slipway.pipeline.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The column values of one row. Not thread-safe; belongs to one request.
public final class Frame {
  /// The number of slots of each kind in a pipeline's frames.
  public record Shape(int numbers, int objects) {
    /// A new frame in which all values are null.
    public Frame frame() {
      return new Frame(this);
    }
  }

  private final double[] numbers;
  private final @Nullable Object[] objects;

  private Frame(Shape shape) {
    numbers = new double[shape.numbers];
    objects = new @Nullable Object[shape.objects];
    Arrays.fill(numbers, Double.NaN);
  }

  /// The scalar at `slot`; NaN means null.
  public double number(int slot) {
    return numbers[slot];
  }

  public void number(int slot, double value) {
    numbers[slot] = value;
  }

  /// The value at `slot`, which may be null.
  public @Nullable Object object(int slot) {
    return objects[slot];
  }

  public void object(int slot, @Nullable Object value) {
    objects[slot] = value;
  }

  /// The text at `slot`, which the compiler has proven not to be null.
  public String text(int slot) {
    Object value = objects[slot];
    if (value == null) {
      throw new IllegalStateException("slot " + slot + " is null");
    }
    return (String) value;
  }
}
