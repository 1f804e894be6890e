package io.slipway.cli;

import static io.slipway.cli.Terminal.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cli.Terminal.Done;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person does first: with the files that an exporter has written, and no bundle yet.
@Tag("slow")
class BareModelTest {
  private static final Path ONNX = Path.of("src/test/resources/onnx");

  @TempDir Path folder;

  private Path put(String from, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    return Files.copy(ONNX.resolve(from), target);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void weightsBesideTheModelComeAlong() throws IOException {
    put("external-inside.onnx", "net.onnx");
    put("weights.data", "weights.data");
    Done checked = run("check", at("net.onnx"));
    assertThat(checked.exit()).as(checked.err()).isZero();
    assertThat(checked.out()).contains("good: net", "with its weights in weights.data", "3 files");

    Done begun = run("init", at("net.onnx"), "--output", at("bundle"));
    assertThat(begun.exit()).as(begun.err()).isZero();
    assertThat(folder.resolve("bundle/weights.data")).exists();
    assertThat(run("check", at("bundle"), "--json").json().get("digest"))
        .isEqualTo(run("check", at("net.onnx"), "--json").json().get("digest"));
  }

  @Test
  void weightsInSeveralFilesAndFoldersComeAlong() throws IOException {
    put("external-folders.onnx", "net.onnx");
    put("weights.data", "parts/weights.data");
    put("weights.data", "parts/deeper/weights.data");
    Done begun = run("init", at("net.onnx"), "--output", at("bundle"));
    assertThat(begun.exit()).as(begun.err()).isZero();
    assertThat(folder.resolve("bundle/parts/deeper/weights.data")).exists();
    assertThat(run("check", at("bundle")).exit()).isZero();
  }

  @Test
  void weightsThatAreMissingAreCalledMissingAndNoAttack() throws IOException {
    put("external-inside.onnx", "net.onnx");
    Done checked = run("check", at("net.onnx"));
    assertThat(checked.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(checked.err())
        .contains(
            "[external_data_missing]",
            "net.onnx keeps weights in weights.data, which is missing",
            at("weights.data"))
        .doesNotContain("escapes");
    assertThat(run("init", at("net.onnx"), "--output", at("bundle")).exit())
        .isEqualTo(ExitCode.REFUSED);
    assertThat(folder.resolve("bundle")).doesNotExist();
  }

  @Test
  void aPathThatLeavesTheFolderIsNotFollowed() throws IOException {
    put("external-parent.onnx", "net.onnx");
    Done checked = run("check", at("net.onnx"));
    assertThat(checked.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(checked.err()).contains("[external_data_escapes]");
  }

  @Test
  void aFolderWithoutAManifestSaysHowToBegin() throws IOException {
    put("sum.onnx", "model.onnx");
    for (String verb : new String[] {"check", "push"}) {
      Done refused = run(verb, folder.toString());
      assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(refused.err()).contains("slipway init " + folder);
    }
  }

  @Test
  void aFolderThatAnExporterWroteBecomesABundleWithEverythingThatItNeeds() throws IOException {
    put("external-inside.onnx", "bert/onnx/model.onnx");
    put("weights.data", "bert/onnx/weights.data");
    Files.writeString(folder.resolve("bert/tokenizer.json"), "{}");
    Files.writeString(folder.resolve("bert/training_args.bin"), "no business of a bundle");
    Done begun = run("init", at("bert"), "--output", at("bundle"));
    assertThat(begun.exit()).as(begun.err()).isZero();
    assertThat(begun.out()).contains("tokenizer.json", "weights.data");
    assertThat(folder.resolve("bundle"))
        .isDirectoryContaining("glob:**/tokenizer.json")
        .isDirectoryNotContaining("glob:**/training_args.bin");
    assertThat(folder.resolve("bundle/bundle.json")).content().contains("\"bert\"");
    assertThat(run("check", at("bundle")).exit()).isZero();
  }

  @Test
  void aFolderWithSeveralModelsIsAskedWhichOne() throws IOException {
    put("sum.onnx", "a.onnx");
    put("sum.onnx", "b.onnx");
    Done asked = run("init", folder.toString(), "--output", at("bundle"));
    assertThat(asked.exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(asked.err()).contains("several models", "a.onnx", "b.onnx");
  }

  @Test
  void aClassifierWithAZipMapIsToldHowToLoseIt() throws IOException {
    put("classifier-zipped.onnx", "c.onnx");
    Done refused = run("init", at("c.onnx"), "--output", at("bundle"));
    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("options={id(model): {'zipmap': False}}", "--strip-zipmap");
    assertThat(folder.resolve("bundle")).doesNotExist();

    Done begun = run("init", at("c.onnx"), "--output", at("bundle"), "--strip-zipmap");
    assertThat(begun.exit()).as(begun.err()).isZero();
    assertThat(begun.out()).contains("probabilities float32 [-1,3]", "without its ZipMap");
    assertThat(run("check", at("bundle")).exit()).isZero();
  }

  @Test
  void whatAFindingSaysCanBeTypedAsItIs() throws IOException {
    put("newer-ir.onnx", "newer.onnx");
    for (String verb : new String[] {"check", "init"}) {
      Done refused = run(verb, at("newer.onnx"));
      assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(refused.err())
          .contains("onnx.load('" + at("newer.onnx") + "'", "m.ir_version = 13")
          .doesNotContain("model.onnx");
    }
  }

  @Test
  void aBundleOfTensorsNeedsNoExamplesAndIsNotToldThatItDoes() throws IOException {
    put("sum.onnx", "sum.onnx");
    assertThat(run("check", at("sum.onnx")).out())
        .contains("it ran on inputs generated from")
        .doesNotContain("policy", "golden examples reproduced");
  }
}
