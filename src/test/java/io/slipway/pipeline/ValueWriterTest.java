package io.slipway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

/// What explains a decision shows the very numbers that the model is given.
class ValueWriterTest {
  private static final long ODD = (1L << 53) + 1;

  @Test
  void wholeNumbersAreShownWithAllTheirDigits() {
    ObjectNode shown =
        ValueWriter.tensor(
            "x",
            new Tensor.Longs(new long[] {3}, LongBuffer.wrap(new long[] {ODD, Long.MIN_VALUE, 7})));
    assertThat(shown.get("values").toString())
        .isEqualTo("[9007199254740993,-9223372036854775808,7]");
    assertThat(shown.get("min").toString()).isEqualTo("-9223372036854775808");
    assertThat(shown.get("max").toString()).isEqualTo("9007199254740993");
  }

  @Test
  void unsignedOnesAreShownUnsigned() {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    data.putLong(0, -1).putLong(8, ODD).putLong(16, 0);
    ObjectNode shown =
        ValueWriter.tensor("x", new Tensor.Bits(new long[] {3}, data, Tensor.Kind.UINT64));
    assertThat(shown.get("values").toString())
        .isEqualTo("[18446744073709551615,9007199254740993,0]");
    assertThat(shown.get("min").toString()).isEqualTo("0");
    assertThat(shown.get("max").toString()).isEqualTo("18446744073709551615");
  }

  @Test
  void theSignOfZeroIsKept() {
    ObjectNode shown =
        ValueWriter.tensor(
            "x", new Tensor.Doubles(new long[] {1}, DoubleBuffer.wrap(new double[] {-0.0})));
    assertThat(shown.get("values").toString()).isEqualTo("[-0.0]");
    assertThat(shown.get("min").toString()).isEqualTo("-0.0");
  }
}
