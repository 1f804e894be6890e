package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonGenerator;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import java.io.IOException;
import java.math.BigInteger;
import java.util.BitSet;

/// The values of one column of a batch, row after row.
public sealed interface ColumnValues {
  /// @param missing the indices of missing elements
  record Elements(Tensor tensor, BitSet missing) implements ColumnValues {
    /// Writes the `row`th value as JSON: null where it is missing, or NaN.
    void write(JsonGenerator json, int row, ColumnPort port) throws IOException {
      if (!port.vector()) {
        element(json, row, port.dtype().equals("bool"));
        return;
      }
      if (missing.get(row * port.width())) {
        json.writeNull();
        return;
      }
      json.writeStartArray();
      for (int i = 0; i < port.width(); i++) {
        element(json, row * port.width() + i, false);
      }
      json.writeEndArray();
    }

    /// @param flag whether 0 and 1 are false and true
    private void element(JsonGenerator json, int index, boolean flag) throws IOException {
      if (missing.get(index)) {
        json.writeNull();
        return;
      }
      switch (tensor) {
        case Tensor.Strings t -> json.writeString(t.data()[index]);
        case Tensor.Booleans t -> json.writeBoolean(t.data().get(index) != 0);
        case Tensor.Longs t -> json.writeNumber(t.data().get(index));
        case Tensor.Ints t -> json.writeNumber(t.data().get(index));
        case Tensor.Bytes _ -> json.writeNumber((long) TensorReader.number(tensor, index));
        case Tensor.Bits t when t.kind() == Tensor.Kind.UINT64 && t.whole(index) < 0 ->
            json.writeNumber(new BigInteger(Long.toUnsignedString(t.whole(index))));
        case Tensor.Bits t when !t.kind().floating() -> json.writeNumber(t.whole(index));
        case Tensor.Floats _, Tensor.Doubles _, Tensor.Bits _ -> {
          double value = TensorReader.number(tensor, index);
          if (Double.isNaN(value)) {
            json.writeNull();
          } else if (flag && (value == 0 || value == 1)) {
            json.writeBoolean(value == 1);
          } else {
            json.writeNumber(value);
          }
        }
      }
    }
  }

  /// Values of [ColumnPort#BYTES].
  record Blobs(byte[][] values) implements ColumnValues {}
}
