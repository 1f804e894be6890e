package io.slipway.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.pipeline.frame.Pixels;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Numbers that bytes stand for are those that would be computed for each pixel, bit for bit.
class LevelsTest {
  private final long seed = Seed.of("levels");
  private final Random random = new Random(seed);

  @Test
  void whatIsDoneToLevelsIsWhatIsDoneToEachPixel() {
    for (int round = 0; round < 60; round++) {
      int channels = 1 + random.nextInt(4);
      byte[] bytes = new byte[(17 + random.nextInt(40)) * 19 * channels];
      random.nextBytes(bytes);
      Pixels few = Pixels.of(bytes.length / 19 / channels, 19, channels, bytes);
      UnaryOperator<Pixels> chain = chain(channels);

      Pixels many = few.with(new Pixels.Values(Floats.values(few)));
      Pixels through = chain.apply(few);
      if (bytes.length > 256 * channels) {
        assertThat(through.samples()).as("seed " + seed).isInstanceOf(Pixels.Levels.class);
      }
      Pixels expected = chain.apply(many);
      assertThat(through.values()).as("seed " + seed).containsExactly(expected.values());
      assertThat(Arrangement.planar(through).values())
          .as("seed " + seed)
          .containsExactly(Arrangement.planar(expected).values());
      assertThat(Framing.center(through, 9, 40).values())
          .as("seed " + seed)
          .containsExactly(Framing.center(expected, 9, 40).values());
    }
  }

  private UnaryOperator<Pixels> chain(int channels) {
    double factor = random.nextGaussian();
    double[] mean = random.doubles(channels, -1, 1).toArray();
    double[] std = random.doubles(channels, 0.1, 3).toArray();
    return random.nextBoolean()
        ? in -> Floats.normalized(Floats.scaled(in, factor), mean, std)
        : in -> Floats.scaled(Floats.normalized(in, mean, std), factor);
  }
}
