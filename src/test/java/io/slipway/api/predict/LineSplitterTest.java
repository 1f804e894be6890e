package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.api.predict.LineSplitter.Line;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
  private static List<String> split(String text, int limit, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    LineSplitter splitter = new LineSplitter(limit);
    List<Line> lines = new ArrayList<>();
    int from = 0;
    while (from < bytes.length) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(7));
      splitter.feed(Arrays.copyOfRange(bytes, from, to), lines::add);
      from = to;
    }
    splitter.end(lines::add);
    return lines.stream()
        .map(
            line ->
                line.number()
                    + ":"
                    + (line.bytes() == null
                        ? "too long"
                        : new String(line.bytes(), StandardCharsets.UTF_8)))
        .toList();
  }

  @Test
  void linesAreTheSameHoweverTheBytesArrive() {
    for (int seed = 0; seed < 200; seed++) {
      assertThat(split("a\nbä\n\n \r\n12345678901\ncc\r\nlast", 10, new Random(seed)))
          .as("seed %d", seed)
          .containsExactly("1:a", "2:bä", "5:too long", "6:cc\r", "7:last");
    }
  }

  @Test
  void aLineOfExactlyTheLimitFits() {
    assertThat(split("1234567890\n12345678901", 10, new Random(1)))
        .containsExactly("1:1234567890", "2:too long");
  }

  @Test
  void anOverlongLineIsNotKept() {
    LineSplitter splitter = new LineSplitter(1 << 10);
    List<Line> lines = new ArrayList<>();
    byte[] much = new byte[1 << 20];
    Arrays.fill(much, (byte) 'x');
    for (int i = 0; i < 1_000; i++) {
      splitter.feed(much, lines::add);
    }

    splitter.feed("\nok\n".getBytes(StandardCharsets.UTF_8), lines::add);

    assertThat(lines).extracting(Line::number).containsExactly(1, 2);
    assertThat(lines.getFirst().bytes()).isNull();
  }
}
