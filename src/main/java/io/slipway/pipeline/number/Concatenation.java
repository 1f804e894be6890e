package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.SparseVector;
import io.slipway.pipeline.frame.Transform;
import io.slipway.pipeline.frame.Vectors;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Concatenates numbers and vectors to one vector, in order. A long, mostly zero result stays
/// sparse.
final class Concatenation {
  /// The length from which a result with a sparse part is kept sparse.
  private static final int WIDE = 512;

  private Concatenation() {}

  static @Nullable Transform compile(Step.Concat step, CompileScope scope) {
    if (!Places.hasArity(step, 1, Integer.MAX_VALUE, scope)) {
      return null;
    }
    int n = step.in().size();
    int[] slots = new int[n];
    int[] lengths = new int[n];
    long total = 0;
    for (int i = 0; i < n; i++) {
      String name = step.in().get(i);
      if (scope.typeOf(name) instanceof ColumnType.Vector(int length, boolean nullable)
          && !nullable) {
        slots[i] = Objects.requireNonNull(scope.read(name)).slot();
        lengths[i] = length;
        total += length;
        continue;
      }
      Column column = scope.number(name);
      if (column == null) {
        scope.writeBroken(step.out());
        return null;
      }
      slots[i] = column.slot();
      lengths[i] = -1;
      total++;
    }
    if (total > 100_000_000) {
      scope.finding("too_large", "the vector would have " + total + " numbers");
      scope.writeBroken(step.out());
      return null;
    }
    int length = (int) total;
    int to = scope.write(step.out().getFirst(), new ColumnType.Vector(length)).slot();
    return length >= WIDE
        ? frame -> frame.object(to, wide(frame, slots, lengths, length))
        : frame -> frame.object(to, dense(frame, slots, lengths, length));
  }

  private static Object wide(Frame frame, int[] slots, int[] lengths, int length) {
    int count = 0;
    boolean sparse = false;
    for (int i = 0; i < slots.length; i++) {
      if (lengths[i] < 0) {
        count++;
      } else if (frame.object(slots[i]) instanceof SparseVector part) {
        count += part.count();
        sparse = true;
      } else {
        count += lengths[i];
      }
    }
    if (!sparse || count > length / 4) {
      return dense(frame, slots, lengths, length);
    }
    int[] indices = new int[count];
    double[] values = new double[count];
    int offset = 0;
    int k = 0;
    for (int i = 0; i < slots.length; i++) {
      if (lengths[i] < 0) {
        indices[k] = offset++;
        values[k++] = frame.number(slots[i]);
        continue;
      }
      if (frame.object(slots[i]) instanceof SparseVector part) {
        for (int j = 0; j < part.count(); j++) {
          indices[k] = offset + part.indices()[j];
          values[k++] = part.values()[j];
        }
      } else {
        double[] part = Vectors.dense(Objects.requireNonNull(frame.object(slots[i])));
        for (int j = 0; j < part.length; j++) {
          indices[k] = offset + j;
          values[k++] = part[j];
        }
      }
      offset += lengths[i];
    }
    return new SparseVector(length, indices, values, count);
  }

  private static double[] dense(Frame frame, int[] slots, int[] lengths, int length) {
    double[] result = new double[length];
    int offset = 0;
    for (int i = 0; i < slots.length; i++) {
      if (lengths[i] < 0) {
        result[offset++] = frame.number(slots[i]);
        continue;
      }
      Object part = Objects.requireNonNull(frame.object(slots[i]));
      if (part instanceof SparseVector sparse) {
        for (int j = 0; j < sparse.count(); j++) {
          result[offset + sparse.indices()[j]] = sparse.values()[j];
        }
      } else {
        System.arraycopy(Vectors.dense(part), 0, result, offset, lengths[i]);
      }
      offset += lengths[i];
    }
    return result;
  }
}
