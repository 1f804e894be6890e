package io.slipway.openinference;

import io.slipway.openinference.Inputs.Input;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.object.TensorBytes;
import java.nio.ByteBuffer;
import java.util.BitSet;

/// Reads the elements of an input from bytes.
final class BinaryData {
  private static final BitSet NONE = new BitSet();

  private BinaryData() {}

  /// Reads all of `bytes`.
  ///
  /// @throws RefusedInput.Invalid where they do not match the input's declaration
  static void read(ByteBuffer bytes, Input input, Inputs inputs) {
    try {
      if (input.datatype() != Datatype.BYTES) {
        inputs.put(
            input,
            TensorBytes.read(input.datatype().type(), input.shape(), input.count(), bytes),
            NONE);
      } else {
        strings(TensorBytes.strings(input.count(), bytes), input, inputs);
      }
    } catch (RefusedInput.Invalid e) {
      throw Inputs.of(input.name(), e);
    }
  }

  /// Uses `bytes` as the only element of an input of type BYTES.
  static void one(byte[] bytes, Input input, Inputs inputs) {
    strings(new byte[][] {bytes}, input, inputs);
  }

  /// Uses `strings` as the elements of an input of type BYTES.
  static void strings(byte[][] strings, Input input, Inputs inputs) {
    if (input.blobs()) {
      inputs.put(input, strings);
      return;
    }
    String[] texts = new String[strings.length];
    try {
      for (int i = 0; i < texts.length; i++) {
        texts[i] = TensorBytes.text(strings[i]);
      }
    } catch (RefusedInput.Invalid e) {
      throw Inputs.of(input.name(), e);
    }
    inputs.put(input, new Tensor.Strings(input.shape(), texts), NONE);
  }
}
