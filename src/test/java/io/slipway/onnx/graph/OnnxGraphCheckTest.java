package io.slipway.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.onnx.ModelFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxGraphCheckTest {
  @TempDir Path folder;

  private List<Finding> check(String model, String... others) {
    return OnnxGraphCheck.check(ModelFiles.bundle(folder, model, others));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum",
        "identity-string",
        "overridable",
        "functions",
        "tree-20",
        "tree5-20",
        "nested-8",
        "wrong-output-shape",
        "narrow-outputs",
        "label-encoder",
        "locale",
        "unknown-operator"
      })
  void whatIsNotTheChecksBusinessPasses(String model) {
    assertThat(check(model)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"customer-v1", "customer-v2", "review-v1", "image-v1", "mail-v1"})
  void realModelsPass(String bundle) {
    assertThat(OnnxGraphCheck.check(ModelFiles.reference(bundle))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "garbage | not_onnx | is not an ONNX file",
        "truncated | not_onnx | truncated",
        "empty | not_onnx | no graph",
        "text | not_onnx | is not an ONNX file",
        "tree-deep | tree_too_deep | a tree of 2000 levels; at most 512",
        "tree5-deep | tree_too_deep | a tree of 1999 levels; at most 512",
        "tree-cycle | broken_tree | circle",
        "tree-dangling | broken_tree | node 18 has a child 100 that does not exist",
        "custom-domain | custom_operator | domain \"com.example\" [Evil]",
        "custom-domain-hidden | custom_operator | domain \"com.example\" [Evil]",
        "external-parent | external_data_escapes | \"../../../../../../etc/passwd\"",
        "external-absolute | external_data_escapes | \"/etc/passwd\"",
        "external-backslash | external_data_escapes | secret",
        "external-missing | external_data_escapes | \"nothing.data\"",
        "external-self | external_data_escapes | another file of the bundle",
        "nested-20 | nested_too_deep | deeper than 8 levels",
        "functions-explode | too_large | nodes; at most 50000",
        "outputs-300 | too_large | 300 outputs; at most 256",
        "functions-recursive | recursive_function | call themselves",
        "zipmap | unsupported_output | zipmap=False"
      })
  void nastyFilesAreFound(String model, String code, String message) {
    assertThat(check(model))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.where()).isEqualTo(model + ".onnx");
              assertThat(finding.message()).contains(message);
            });
  }

  @Test
  void aTensorOfTooManyStringsIsFound() throws IOException {
    Bundle bundle = ModelFiles.bundle(folder, "identity-string");
    Path file = folder.resolve("identity-string.onnx");
    byte[] strings = field(6, new byte[(1 << 20) + 1]);
    // A second graph is merged into the first: here, by an initializer.
    Files.write(file, field(7, field(5, strings)), StandardOpenOption.APPEND);
    assertThat(OnnxGraphCheck.check(bundle))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("too_large");
              assertThat(finding.message()).contains("1048577 bytes of strings; at most 1048576");
            });
  }

  /// A field of protocol buffers that has bytes.
  private static byte[] field(int number, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    int length = bytes.length;
    while (length > 0x7F) {
      out.write(length & 0x7F | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.write(bytes);
    return out.toByteArray();
  }

  @Test
  void externalDataInsideOfTheBundlePasses() {
    assertThat(check("external-inside", "weights.data")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"external-beyond", "external-negative"})
  void externalDataOutOfItsFileIsFound(String model) {
    assertThat(check(model, "weights.data"))
        .extracting(Finding::code)
        .containsExactly("external_data_out_of_range");
  }

  @Test
  void externalDataWithASecondNameIsFound(@TempDir Path outside) throws IOException {
    Path secret = Files.write(outside.resolve("secret"), new byte[16]);
    Files.createLink(folder.resolve("weights.data"), secret);
    assertThat(check("external-inside"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("external_data_escapes");
              assertThat(finding.message()).contains("which is a link");
            });
  }

  @Test
  void everyPrefixOfAFileIsRefusedOrReadButNeverAnotherException() throws IOException {
    Bundle bundle = ModelFiles.bundle(folder, "tree5-20");
    Path file = folder.resolve("tree5-20.onnx");
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      refused += OnnxGraphCheck.check(bundle).isEmpty() ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(whole.length * 9 / 10);
  }

  @Test
  void mutatedFilesAreRefusedOrReadButNeverAnotherException() throws IOException {
    long seed = 20_251_121L;
    System.out.println("seed " + seed);
    java.util.Random random = new java.util.Random(seed);
    Bundle bundle = ModelFiles.bundle(folder, "tree-20");
    Path file = folder.resolve("tree-20.onnx");
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int round = 0; round < 1_000; round++) {
      byte[] mutated = whole.clone();
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      Files.write(file, mutated);
      refused += OnnxGraphCheck.check(bundle).isEmpty() ? 0 : 1;
    }
    assertThat(refused).isBetween(200, 999);
  }
}
