package io.slipway.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.Seed;
import io.slipway.bundle.ArchiveFuzz;
import io.slipway.onnx.graph.OnnxFuzz;
import io.slipway.openinference.InferFuzz;
import io.slipway.peers.CsvFuzz;
import io.slipway.pipeline.image.ImageFuzz;
import io.slipway.pipeline.mail.MailFuzz;
import io.slipway.pipeline.object.RequestFuzz;
import io.slipway.pipeline.text.pattern.PatternFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The inputs that fuzzing starts from and those that it has found, each once; and the readers on
/// inputs that are changed blindly, of which a fuzzer would make millions.
@Tag("slow")
class FuzzInputsTest {
  private static final Path INPUTS = Path.of("src/test/resources/fuzz");
  private static final int ROUNDS = 200;

  @FunctionalInterface
  private interface Target {
    void take(byte[] data) throws IOException;
  }

  private static final Map<String, Target> TARGETS =
      Map.of(
          "request", RequestFuzz::fuzzerTestOneInput,
          "archive", ArchiveFuzz::fuzzerTestOneInput,
          "onnx", OnnxFuzz::fuzzerTestOneInput,
          "image", ImageFuzz::fuzzerTestOneInput,
          "mail", MailFuzz::fuzzerTestOneInput,
          "pattern", PatternFuzz::fuzzerTestOneInput,
          "infer", InferFuzz::fuzzerTestOneInput,
          "csv", CsvFuzz::fuzzerTestOneInput);

  private static List<Path> inputs() throws IOException {
    try (Stream<Path> files =
        Stream.of(INPUTS, INPUTS.resolveSibling("onnx"), INPUTS.resolveSibling("pipeline/image"))
            .flatMap(FuzzInputsTest::walk)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Stream<Path> walk(Path folder) {
    try {
      return Files.walk(folder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whatever it was found for.
  @Test
  void everyReaderBearsEveryInput() throws IOException {
    assertThat(inputs()).isNotEmpty();
    for (Path input : inputs()) {
      byte[] data = Files.readAllBytes(input);
      TARGETS.forEach(
          (name, target) ->
              assertThatCode(() -> target.take(data))
                  .as("%s of %s", name, input)
                  .doesNotThrowAnyException());
    }
  }

  @Test
  void everyReaderBearsInputsThatAreChangedBlindly() throws IOException {
    long seed = Seed.of("mutated inputs");
    Random random = new Random(seed);
    for (Path input : inputs()) {
      Target target = TARGETS.get(input.getParent().getFileName().toString());
      byte[] whole = Files.readAllBytes(input);
      for (int round = 0; target != null && whole.length > 0 && round < ROUNDS; round++) {
        byte[] changed = whole.clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        assertThatCode(() -> target.take(changed))
            .as("%s, seed %d, round %d", input, seed, round)
            .doesNotThrowAnyException();
      }
    }
  }
}
