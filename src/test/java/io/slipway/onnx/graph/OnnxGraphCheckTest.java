package io.slipway.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.onnx.ModelFailure;
import io.slipway.onnx.ModelFiles;
import io.slipway.onnx.OnnxModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        "tree-shared",
        "sparse-small",
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
        "tree5-shared | too_large | has 22 nodes, but so many paths through them that the runtime,"
            + " which copies a node for each path to it, would load 8388607 nodes and leaves; at most"
            + " 500000",
        "tree5-shared-60 | too_large | would load more than 2147483647 nodes",
        "sparse-huge | too_large | sparse tensors of more than 16777216 elements",
        "functions-overloaded | too_large | nodes; at most 50000",
        "tree-cycle | broken_tree | cycle",
        "tree-dangling | broken_tree | node 18 has a child 100 that does not exist",
        "custom-domain | custom_operator | domain \"com.example\" [Evil]",
        "custom-domain-hidden | custom_operator | domain \"com.example\" [Evil]",
        "external-parent | external_data_escapes | \"../../../../../../etc/passwd\"",
        "external-absolute | external_data_escapes | \"/etc/passwd\"",
        "external-backslash | external_data_escapes | secret",
        "external-missing | external_data_missing | the values of tensor \"w\" of"
            + " external-missing.onnx are in nothing.data, which the bundle does not have; publish"
            + " both files",
        "external-self | external_data_escapes | another file of the bundle",
        "nested-20 | nested_too_deep | deeper than 8 levels",
        "functions-explode | too_large | nodes; at most 50000",
        "outputs-300 | too_large | 300 outputs; at most 256",
        "functions-recursive | recursive_function | call themselves",
        "newer-ir | ir_version_too_new | is of IR version 14; the runtime reads up to 13; save it as that: python3 -c"
            + " \"import onnx; m = onnx.load('newer-ir.onnx', load_external_data=False);"
            + " m.ir_version = 13; onnx.save(m, 'newer-ir.onnx')\"",
        "newer-opset | opset_too_new | is of opset 27; the runtime has up to 26: export it with"
            + " opset_version=26",
        "newer-ml | opset_too_new | target_opset={'ai.onnx.ml': 5}",
        "zipmap | unsupported_output | options={id(model): {'zipmap': False}} (skl2onnx"
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type-sequence | unsupported_ | a sequence of float32 tensors",
        "type-optional | unsupported_ | an optional value: a tensor of float32",
        "type-sparse | unsupported_ | a sparse tensor",
        "type-float8 | unsupported_dtype | is of float8e4m3fn",
        "type-int4 | unsupported_dtype | is of int4",
      })
  void whatNoCallCanCarryIsNamedOnBothSides(String model, String code, String what) {
    List<Finding> findings = check(model);
    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).message()).startsWith("the input \"x\" of " + model);
    assertThat(findings.get(1).message()).startsWith("the output \"y\" of " + model);
    assertThat(findings)
        .allSatisfy(
            finding -> {
              assertThat(finding.code()).startsWith(code);
              assertThat(finding.message()).contains(what, "expected ");
            });
  }

  /// The numbers are the runtime's own: a newer one reads more.
  @ParameterizedTest
  @ValueSource(strings = {"ir", "opset", "ml"})
  void whatTheRuntimeReadsIsReadAndNothingNewer(String kind) {
    assertThat(check("newest-" + kind)).isEmpty();
    OnnxModel.open(ModelFiles.onnx("newest-" + kind)).close();
    assertThatThrownBy(() -> OnnxModel.open(ModelFiles.onnx("newer-" + kind)))
        .isInstanceOf(ModelFailure.Refused.class);
  }

  @Test
  void anEnsembleThatNamesOneTreeOverAndOverIsFound() throws IOException {
    Bundle bundle = ModelFiles.bundle(folder, "identity-string");
    byte[] tree =
        concat(
            field(4, "TreeEnsemble".getBytes(StandardCharsets.UTF_8)),
            field(5, integers("tree_roots", new byte[50_001])),
            field(5, integers("nodes_truenodeids", new byte[1])),
            field(5, integers("nodes_falsenodeids", new byte[1])),
            field(5, integers("nodes_trueleafs", new byte[] {1})),
            field(5, integers("nodes_falseleafs", new byte[] {1})),
            field(5, integers("leaf_targetids", new byte[1])));
    Files.write(
        folder.resolve("identity-string.onnx"),
        field(7, field(1, tree)),
        StandardOpenOption.APPEND);
    assertThat(OnnxGraphCheck.check(bundle))
        .extracting(Finding::message)
        .containsExactly("the TreeEnsemble of identity-string.onnx has 50001 trees; at most 50000");
  }

  /// An attribute of small integers.
  private static byte[] integers(String name, byte[] values) throws IOException {
    return concat(field(1, name.getBytes(StandardCharsets.UTF_8)), field(8, values));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
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
