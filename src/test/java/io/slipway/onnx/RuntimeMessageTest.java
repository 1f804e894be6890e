package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeMessageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Error code - ORT_INVALID_PROTOBUF - message: Load model from /a/b/m.onnx failed:Protobuf"
            + " parsing failed. | Load model from m.onnx failed:Protobuf parsing failed.",
        "Exception during initialization:"
            + " /onnxruntime_src/onnxruntime/core/string_normalizer.cc:235"
            + " onnxruntime::StringNormalizer::Locale::Locale(const std::string&)::<lambda()>"
            + " Failed to construct locale with name:xx_YY |"
            + " Failed to construct locale with name:xx_YY",
        "/onnxruntime_src/onnxruntime/core/x.h:267 onnxruntime::Status"
            + " onnxruntime::Tree<A, B>::Init(int, (anonymous)) const [with A = v[3]; B = int]"
            + " (a >= 0) was false. | (a >= 0) was false.",
        "Error: tensorprotoutils.cc:426 ValidatePath Absolute path not allowed | Error:"
            + " ValidatePath Absolute path not allowed",
        "resolved path: \"/srv/etc/passwd\" allowed directory: \"/a/b\" | resolved path:"
            + " \"passwd\" allowed directory: \"the bundle\"",
        "cannot open /var/lib/other/x.data | cannot open x.data"
      })
  void messagesNameNoFolderAndNoSource(String message, String expected) {
    assertThat(RuntimeMessage.of(message, Path.of("/a/b"))).isEqualTo(expected);
  }
}
