package io.slipway.pipeline.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The columns of one row in flight. Not thread-safe; belongs to one request.
public final class Frame {
  /// How many columns of each kind a pipeline has.
  public record Shape(int numbers, int objects) {
    /// A fresh frame, all null.
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

  /// The scalar at `slot`; NaN is null.
  public double number(int slot) {
    return numbers[slot];
  }

  public void number(int slot, double value) {
    numbers[slot] = value;
  }

  /// The value at `slot`, possibly null.
  public @Nullable Object object(int slot) {
    return objects[slot];
  }

  public void object(int slot, @Nullable Object value) {
    objects[slot] = value;
  }

  /// The text at `slot`, which the check of the chain has shown to be not null.
  public String text(int slot) {
    Object value = objects[slot];
    if (value == null) {
      throw new IllegalStateException("slot " + slot + " is null");
    }
    return (String) value;
  }
}
