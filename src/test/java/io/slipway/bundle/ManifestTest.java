package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private static final String GOOD =
      """
      {"format": "slipway/1",
       "model": {"name": "m", "file": "model.onnx"},
       "input": {"fields": [{"name": "x", "type": "number"}]},
       "preprocessing": [{"op": "number", "in": "x"}, {"op": "standard_scale", "in": ["x"], "mean": [1], "scale": [2]}],
       "tensors": [{"name": "t", "from": "x"}],
       "output": {"labels": ["a", "b"], "probabilities": "p"}}
      """;

  @TempDir Path folder;

  private Bundle open(String name, String manifest) throws IOException {
    Files.writeString(folder.resolve(name), manifest);
    Files.writeString(folder.resolve("model.onnx"), "x");
    return new BundleReader().open(folder);
  }

  private List<Finding> refused(String manifest) {
    return catchThrowableOfType(InvalidBundle.class, () -> open("bundle.json", manifest))
        .findings();
  }

  @Test
  void defaultsAreThoseOfTheFormat() throws IOException {
    Manifest manifest = open("bundle.json", GOOD).manifest();
    assertThat(manifest.input())
        .isEqualTo(
            new InputSchema.Record(
                List.of(
                    new Field.NumberField(
                        "x", false, null, null, null, null, null, false, false, false, true)),
                "reject"));
    assertThat(manifest.tensors().getFirst().dtype()).isEqualTo("float32");
    assertThat(manifest.preprocessing().getFirst().in()).containsExactly("x");
  }

  @Test
  void yamlMeansTheSame() throws IOException {
    String yaml =
        """
        format: slipway/1
        model: {name: m, file: model.onnx}
        input:
          fields:
          - {name: x, type: number}
        preprocessing:
        - {op: number, in: x}
        - {op: standard_scale, in: [x], mean: [1], scale: [2]}
        tensors:
        - {name: t, from: x}
        output: {labels: [a, b], probabilities: p}
        """;
    Manifest fromYaml = open("bundle.yaml", yaml).manifest();
    Files.delete(folder.resolve("bundle.yaml"));
    assertThat(fromYaml).isEqualTo(open("bundle.json", GOOD).manifest());
  }

  @Test
  void aByteOrderMarkAtTheHeadOfAFileIsDropped() throws IOException {
    Manifest plain = open("bundle.json", GOOD).manifest();
    assertThat(open("bundle.json", "\ufeff" + GOOD).manifest()).isEqualTo(plain);
    Files.delete(folder.resolve("bundle.json"));
    assertThat(open("bundle.yaml", "\ufeff" + GOOD).manifest()).isEqualTo(plain);
    Files.delete(folder.resolve("bundle.yaml"));

    Files.writeString(
        folder.resolve("examples.jsonl"),
        "\ufeff{\"object\": {\"x\": 1.0}, \"output\": {}}\r\n{\"object\": {\"x\": 2}, \"output\": {}}\n");
    Bundle bundle =
        open(
            "bundle.json",
            GOOD.replace(
                "\"output\":", "\"examples\": {\"file\": \"examples.jsonl\"}, \"output\":"));
    assertThat(bundle.examples()).hasSize(2);
    assertThat(bundle.examples().getFirst().object().toString()).isEqualTo("{\"x\":1.0}");

    Files.write(
        folder.resolve("bundle.json"), ("\ufeff" + GOOD).getBytes(StandardCharsets.UTF_16LE));
    assertThat(
            catchThrowableOfType(InvalidBundle.class, () -> new BundleReader().open(folder))
                .findings()
                .getFirst()
                .message())
        .isEqualTo("in UTF-16 or UTF-32, as its byte order mark says; expected UTF-8");
  }

  @Test
  void everyFaultIsFoundAndNamed() {
    List<Finding> findings =
        refused(
            GOOD.replace("\"in\": \"x\"}", "\"in\": \"x\", \"menu\": 1}")
                .replace("\"type\": \"number\"", "\"type\": \"numbre\"")
                .replace("\"mean\": [1]", "\"mean\": [\"one\"]")
                .replace("\"file\": \"model.onnx\"", "\"file\": 7"));
    assertThat(findings)
        .extracting(Finding::where)
        .containsExactlyInAnyOrder(
            "bundle.json#/model/file",
            "bundle.json#/input/fields/0/type",
            "bundle.json#/preprocessing/0/menu",
            "bundle.json#/preprocessing/1/mean/0");
    assertThat(findings)
        .anySatisfy(
            finding ->
                assertThat(finding.message()).contains("unknown member \"menu\"", "in", "out"));
  }

  @Test
  void missingMembersAreNamed() {
    assertThat(refused("{\"format\": \"slipway/1\"}"))
        .extracting(Finding::where)
        .containsExactlyInAnyOrder(
            "bundle.json#/model", "bundle.json#/input", "bundle.json#/output");
  }

  @Test
  void valuesThatMakeNoSenseAreFound() {
    assertThat(
            refused(
                GOOD.replace("slipway/1", "slipway/9")
                    .replace("\"name\": \"m\"", "\"name\": \"Not A Name\"")
                    .replace("\"file\": \"model.onnx\"", "\"file\": \"absent.onnx\"")
                    .replace(
                        "\"probabilities\": \"p\"", "\"probabilities\": \"p\", \"logits\": \"l\"")))
        .extracting(Finding::code)
        .containsExactlyInAnyOrder("unknown_format", "bad_name", "missing_file", "inconsistent");
  }

  @Test
  void duplicateMembersAreRefused() {
    assertThat(refused(GOOD.replace("\"tensors\"", "\"output\": 1, \"tensors\"")).getFirst().code())
        .isEqualTo("bad_manifest");
  }

  @Test
  void aDeepManifestIsRefused() {
    assertThat(refused("[".repeat(5_000) + "]".repeat(5_000)).getFirst().code())
        .isEqualTo("bad_manifest");
  }

  @Test
  void theDigestIsThatOfTheFormat() {
    TreeMap<String, Bundle.Entry> files = new TreeMap<>(EntryNames.BYTE_ORDER);
    files.put("b", new Bundle.Entry(Digest.of("world".getBytes()), 5));
    files.put("a", new Bundle.Entry(Digest.of("hello".getBytes()), 5));
    // printf '%s 5 a\n%s 5 b\n' "$(printf hello | sha256sum | cut -c1-64)" "$(printf world | …)" |
    // sha256sum
    assertThat(BundleReader.digest(files).hex())
        .isEqualTo("4eb978e0df3723fc9507bcc21f5cd294a9da40a3648343da305bac17f43c1e25");
  }
}
