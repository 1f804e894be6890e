package io.slipway.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.onnx.BundleModel;
import io.slipway.onnx.GoldenCheck;
import io.slipway.onnx.Phases;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A served prediction equals what the training library computed on the same raw object. With the
/// environment variable `SLIPWAY_PARITY_REPORT` naming a file, the table of `docs/parity.md` is
/// written to it.
class ParityTest {
  private static final Path SAMPLES = Path.of("models-sample");
  private static final Path RESOURCES = Path.of("src/test/resources/bundles");

  /// Wrong in a way that their own examples show.
  private static final Set<String> WRONG =
      Set.of("customer-bad", "review-bad-subtle", "mail-bad", "image-bad", "skewed");

  private static final TreeMap<String, String> REPORT = new TreeMap<>();

  @TestFactory
  Stream<DynamicTest> goldenExamplesAreReproducedAndWrongOnesFound() {
    List<Path> folders = new ArrayList<>(ReferenceBundles.below(SAMPLES, 3));
    folders.addAll(ReferenceBundles.below(RESOURCES, 2));
    folders.addAll(ReferenceBundles.below(Shared.DATA.resolve("bundles"), 2));
    folders.addAll(ReferenceBundles.below(Shared.DATA.resolve("bench"), 2));
    assertThat(folders).hasSizeGreaterThan(10);
    return folders.stream()
        .map(folder -> DynamicTest.dynamicTest(name(folder), () -> golden(folder)));
  }

  private static String name(Path folder) {
    return folder.getParent().getFileName() + "/" + folder.getFileName();
  }

  private static void golden(Path folder) {
    Bundle bundle = new BundleReader().open(folder);
    try (BundleModel model = BundleModel.open(bundle)) {
      GoldenCheck.Result result = GoldenCheck.run(model, bundle);
      if (WRONG.contains(folder.getFileName().toString())) {
        assertThat(result.findings()).as("findings of a wrong bundle").isNotEmpty();
        report(
            folder,
            "golden examples",
            result.examples(),
            "refused: " + result.findings().size() + " findings");
      } else {
        assertThat(result.findings()).isEmpty();
        report(
            folder, "golden examples", result.examples(), "%.2g".formatted(result.maxDifference()));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> heldOutCasesOfTheSamples() {
    return Stream.of("customer", "review", "mail", "image")
        .flatMap(
            object ->
                Stream.of("v1", "v2")
                    .map(
                        version ->
                            DynamicTest.dynamicTest(
                                object + " " + version,
                                () ->
                                    cases(
                                        SAMPLES.resolve(object).resolve(version),
                                        "held-out cases",
                                        Case.sample(
                                            SAMPLES.resolve(object).resolve("cases.jsonl"),
                                            version)))));
  }

  @TestFactory
  Stream<DynamicTest> referenceCases() {
    if (!Shared.isPresent()) {
      return Stream.empty();
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (String object : List.of("customer", "review", "mail", "image")) {
      for (Path folder : ReferenceBundles.below(Shared.DATA.resolve("bundles"), 2)) {
        String name = folder.getFileName().toString();
        if (name.startsWith(object + "-v") && !name.endsWith("-inside")) {
          tests.add(DynamicTest.dynamicTest(name, () -> referenceCases(object, folder)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static void referenceCases(String object, Path folder) throws IOException {
    Path root = Shared.DATA.resolve("cases").resolve(object);
    String version = folder.getFileName().toString().substring(object.length() + 1);
    List<Case> cases = new ArrayList<>();
    Path own = root.resolve(version + ".jsonl");
    if (Files.exists(own)) {
      cases.addAll(Case.study(own, version));
    }
    if (version.equals("v1") || version.equals("v2")) {
      Path all = root.resolve("cases.jsonl");
      if (Files.exists(all)) {
        cases.addAll(Case.study(all, version));
      }
      cases.addAll(Case.study(root.resolve("nasty.jsonl"), version));
    }
    cases(folder, "reference cases, including unusual ones", cases);
  }

  private static void cases(Path folder, String kind, List<Case> cases) {
    assertThat(cases).isNotEmpty();
    double worst = 0;
    List<String> differences = new ArrayList<>();
    try (BundleModel model = ReferenceBundles.open(folder)) {
      for (Case one : cases) {
        try {
          worst = Math.max(worst, run(model, one));
        } catch (AssertionError | RuntimeException e) {
          differences.add(one.name() + ": " + e);
        }
      }
    }
    assertThat(differences).isEmpty();
    report(folder, kind, cases.size(), "%.2g".formatted(worst));
  }

  private static double run(BundleModel model, Case one) {
    boolean refusalExpected = one.expect().get("status").textValue().equals("error");
    try {
      Frame frame = read(model, one);
      model.pipeline().apply(frame);
      JsonNode actual =
          PredictionWriter.toJson(model.predict(List.of(frame), new Phases()).getFirst());
      assertThat(refusalExpected).as("expected %s, got %s", one.expect(), actual).isFalse();
      double tolerance = one.expect().path("tolerance").asDouble(1e-5);
      return compare(actual, one.expect().get("output"), tolerance);
    } catch (RefusedInput refused) {
      assertThat(refusalExpected).as("refused: %s", refused.getMessage()).isTrue();
      String classes = one.expect().get("error_class").textValue();
      assertThat(Stream.of(classes.split("\\|")))
          .as("refused: %s", refused)
          .anyMatch(c -> answers(refused, c));
      return 0;
    }
  }

  private static Frame read(BundleModel model, Case one) {
    if (!one.mediaType().equals("application/json")) {
      if (!model.pipeline().reader().mediaTypes().contains(one.mediaType())) {
        throw new RefusedInput.UnsupportedMedia(one.mediaType());
      }
      return model.pipeline().reader().readRaw(one.body());
    }
    Batch batch = model.pipeline().reader().readJson(one.body(), 1);
    return switch (batch.rows().getFirst()) {
      case Row.Read(Frame frame) -> frame;
      case Row.Refused(RefusedInput refusal) -> throw refusal;
    };
  }

  private static boolean answers(RefusedInput refused, String errorClass) {
    return switch (refused) {
      case RefusedInput.Malformed m -> errorClass.equals("request.malformed_json");
      case RefusedInput.UnsupportedMedia u -> errorClass.equals("decode.unsupported_media");
      case RefusedInput.TooLarge t -> errorClass.equals("limits.too_large");
      case RefusedInput.Invalid i when errorClass.equals("decode.corrupt") ->
          i.violations().getFirst().code().equals("corrupt");
      case RefusedInput.Invalid i ->
          errorClass.startsWith("schema.")
              && (i.violations().getFirst().code().equals(errorClass.substring(7))
                  || errorClass.equals("schema.wrong_type")
                      && i.violations().getFirst().code().equals("unknown_field"));
    };
  }

  /// The largest difference of a number; fails where it is over the tolerance, absolute and
  /// relative.
  private static double compare(JsonNode actual, JsonNode expected, double tolerance) {
    if (expected.isNumber()) {
      double difference = Math.abs(actual.doubleValue() - expected.doubleValue());
      assertThat(difference)
          .as("%s, expected %s", actual, expected)
          .isLessThanOrEqualTo(tolerance + tolerance * Math.abs(expected.doubleValue()));
      return difference;
    }
    if (!expected.isContainerNode()) {
      // A tolerance of 1 marks mails on which good parsers differ.
      if (tolerance < 1) {
        assertThat(actual).isEqualTo(expected);
      }
      return 0;
    }
    assertThat(actual.size()).isEqualTo(expected.size());
    double worst = 0;
    for (var member : expected.properties()) {
      assertThat(actual.has(member.getKey())).as(member.getKey()).isTrue();
      worst = Math.max(worst, compare(actual.get(member.getKey()), member.getValue(), tolerance));
    }
    return worst;
  }

  private static synchronized void report(Path folder, String kind, int count, String result) {
    REPORT.put(
        name(folder) + " " + kind,
        "| `%s` | %s | %d | %s |".formatted(name(folder), kind, count, result));
  }

  @AfterAll
  static void writeReport() throws IOException {
    String file = System.getenv("SLIPWAY_PARITY_REPORT");
    if (file != null) {
      Files.write(Path.of(file), REPORT.values());
    }
  }
}
