package io.slipway.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.pipeline.frame.Pixels;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Against PyTorch's `interpolate`, by `src/test/python/torch_resize.py`.
class TorchResamplerTest {
  @Test
  void valuesAreThoseOfInterpolate() {
    int cases = 0;
    for (JsonNode line : PillowTest.lines("torch.jsonl")) {
      Pixels in =
          Pixels.of(
              line.get("width").asInt(),
              line.get("height").asInt(),
              line.get("channels").asInt(),
              doubles(line.get("values")));
      Filter filter = Objects.requireNonNull(Filter.named(line.get("filter").asText()));
      boolean antialias = line.get("antialias").asBoolean();
      int width = line.get("to_width").asInt();
      int height = line.get("to_height").asInt();
      Pixels out = TorchResampler.resize(in, width, height, filter, antialias);
      String name = filter + " antialias " + antialias + " to " + width + " × " + height;
      assertThat(out.values())
          .as(name + " of " + line.get("width") + " × " + line.get("height"))
          .containsExactly(doubles(line.get("expected")), within(2e-3));
      cases++;
    }
    assertThat(cases).isEqualTo(125);
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
