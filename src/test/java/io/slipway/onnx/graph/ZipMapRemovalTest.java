package io.slipway.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.ModelFiles;
import io.slipway.onnx.OnnxModel;
import io.slipway.pipeline.frame.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipMapRemovalTest {
  @TempDir Path folder;
  private Path stripped;

  @BeforeEach
  void name() {
    stripped = folder.resolve("stripped.onnx");
  }

  private List<String> strip(String model) {
    return ZipMapRemoval.strip(model + ".onnx", ModelFiles.onnx(model), stripped);
  }

  private static Map<String, Tensor> run(OnnxModel model) {
    FloatBuffer rows = FloatBuffer.wrap(new float[] {0.5f, -1, 3, 0.25f});
    return model.run(Map.of("x", new Tensor.Floats(new long[] {2, 2}, rows)));
  }

  @Test
  void whatIsLeftAnswersAsTheModelThatWasConvertedWithoutIt() {
    assertThat(strip("classifier-zipped")).containsExactly("probabilities");
    try (OnnxModel with = OnnxModel.open(ModelFiles.onnx("classifier-plain"));
        OnnxModel without = OnnxModel.open(stripped)) {
      assertThat(without.signature()).isEqualTo(with.signature());
      Tensor.Floats expected = (Tensor.Floats) run(with).get("probabilities");
      Tensor.Floats got = (Tensor.Floats) run(without).get("probabilities");
      assertThat(got.shape()).containsExactly(2, 3);
      assertThat(got.data()).isEqualTo(expected.data());
      assertThat(((Tensor.Strings) run(without).get("label")).data())
          .isEqualTo(((Tensor.Strings) run(with).get("label")).data());
    }
  }

  @Test
  void aModelWithoutOneIsLeftAlone() {
    assertThat(strip("classifier-plain")).isEmpty();
    assertThat(stripped).doesNotExist();
  }

  @Test
  void mapsThatAnotherNodeReadsStay() throws IOException {
    Path file = folder.resolve("read.onnx");
    Files.copy(ModelFiles.onnx("classifier-zipped"), file);
    // A second graph is merged into the first: here, a node that reads the output.
    byte[] input = "output_probability".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] graph = new byte[6 + input.length];
    graph[0] = 7 << 3 | 2;
    graph[1] = (byte) (4 + input.length);
    graph[2] = 1 << 3 | 2;
    graph[3] = (byte) (2 + input.length);
    graph[4] = 1 << 3 | 2;
    graph[5] = (byte) input.length;
    System.arraycopy(input, 0, graph, 6, input.length);
    Files.write(file, graph, java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> ZipMapRemoval.strip("read.onnx", file, stripped))
        .isInstanceOf(InvalidBundle.class)
        .hasMessageContaining("are read by another node");
  }

  @Test
  void aFileCutOffIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(ModelFiles.onnx("classifier-zipped"));
    Path file = folder.resolve("cut.onnx");
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 30));
    assertThatThrownBy(() -> ZipMapRemoval.strip("cut.onnx", file, stripped))
        .isInstanceOf(InvalidBundle.class);
  }
}
