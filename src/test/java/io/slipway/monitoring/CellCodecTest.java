package io.slipway.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellCodecTest {
  @Test
  void countsSurviveTheirStorage() {
    Random random = new Random(Seed.of("stored counts"));
    for (int round = 0; round < 200; round++) {
      long[] counts = new long[random.nextInt(1, 500)];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = random.nextInt(4) == 0 ? random.nextLong(1L << random.nextInt(1, 62)) : 0;
      }
      long[] read = new long[counts.length];
      CellCodec.add(CellCodec.encode(counts), read);
      assertThat(read).isEqualTo(counts);
    }
  }

  @Test
  void sumsAddUp() {
    long[] sum = {1, 0, 5};
    CellCodec.add(CellCodec.encode(new long[] {2, 0, 1L << 40}), sum);
    assertThat(sum).containsExactly(3, 0, 5 + (1L << 40));
  }

  @Test
  void damagedCountsAreRefused() {
    byte[] stored = CellCodec.encode(new long[] {1, 2, 300});
    byte[] cut = java.util.Arrays.copyOf(stored, stored.length - 1);
    assertThatThrownBy(() -> CellCodec.add(cut, new long[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CellCodec.add(stored, new long[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CellCodec.add(new byte[] {9}, new long[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
