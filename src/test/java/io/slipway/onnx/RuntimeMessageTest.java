package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "std::bad_alloc | opening it needs more memory than is available",
        "Exception during initialization: std::bad_alloc | opening it needs more memory than is available",
        "x.cc:82 Failed to allocate memory for requested buffer of size 4096 |"
            + " opening it needs more memory than is available: one of its tensors has 4096 bytes"
      })
  void whereMemoryIsShortThePersonIsToldThat(String message, String expected) {
    ModelFailure.Refused refused =
        RuntimeMessage.refusal(new OrtException(message), Path.of("/a/b/m.onnx"));
    assertThat(refused.code()).isEqualTo("too_large");
    assertThat(refused).hasMessage(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "std::length_error",
        "vector::_M_range_check: __n (which is 3) >= this->size() (which is 1)",
        "cannot create std::vector larger than max_size()",
        "invalid unordered_map<K, T> key",
        "basic_string::_M_create",
        "stoi",
        ""
      })
  void whatTheRuntimeDoesNotExplainIsNoSentenceByItself(String message) {
    assertThat(RuntimeMessage.of(message, null)).startsWith("ONNX Runtime failed without a reason");
  }
}
