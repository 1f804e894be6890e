package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Finding;
import io.slipway.pipeline.profile.Baseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The baseline that is made from the reference of a bundle, with the customer model.
@Tag("slow")
class ReferenceCheckTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CUSTOMER = Path.of("src/test/resources/bundles/customer-v1");
  private static final Path REFERENCE = Path.of("models-sample/customer/v1/reference.jsonl");

  @TempDir Path folder;

  private ReferenceCheck.Result check(List<String> lines) throws IOException {
    return check(lines, Files.readString(CUSTOMER.resolve("bundle.json")));
  }

  private ReferenceCheck.Result check(List<String> lines, String manifest) throws IOException {
    Files.copy(CUSTOMER.resolve("model.onnx"), folder.resolve("model.onnx"));
    Files.copy(CUSTOMER.resolve("examples.jsonl"), folder.resolve("examples.jsonl"));
    Files.write(folder.resolve("reference.jsonl"), lines);
    String declared =
        manifest.replaceFirst(
            "\"examples\"", "\"reference\": {\"file\": \"reference.jsonl\"}, \"examples\"");
    Files.writeString(folder.resolve("bundle.json"), declared);
    Bundle bundle = new BundleReader().open(folder);
    try (BundleModel model = BundleModel.open(bundle)) {
      return ReferenceCheck.run(model, bundle);
    }
  }

  private static JsonNode json(@Nullable String baseline) throws IOException {
    assertThat(baseline).isNotNull();
    return JSON.readTree(baseline);
  }

  private static JsonNode named(JsonNode all, String name) {
    for (JsonNode one : all) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no " + name + " in " + all);
  }

  @Test
  void fieldsStepsAndTheDecisionAreCountedInBins() throws IOException {
    ReferenceCheck.Result result = check(Files.readAllLines(REFERENCE));
    assertThat(result.findings()).isEmpty();
    JsonNode baseline = json(result.baseline());
    assertThat(baseline.path("rows").asInt()).isEqualTo(400);

    JsonNode charges = named(baseline.path("fields"), "monthly_charges");
    assertThat(charges.path("kind").asText()).isEqualTo("number");
    assertThat(charges.path("edges")).hasSizeBetween(15, 19);
    assertThat(charges.path("fine").path("edges").size()).isBetween(100, 199);
    long rows = charges.path("missing").asLong();
    for (JsonNode count : charges.path("fine").path("counts")) {
      rows += count.asLong();
    }
    assertThat(rows).isEqualTo(400);

    JsonNode contract = named(baseline.path("fields"), "contract");
    assertThat(contract.path("values")).hasSize(3);
    assertThat(contract.path("values").get(0).asText()).isEqualTo("Month-to-month");
    assertThat(named(baseline.path("fields"), "customer_id").path("why").asText())
        .isEqualTo("identifier");
    assertThat(named(baseline.path("fields"), "customer_since").path("why").asText())
        .isEqualTo("date");
    assertThat(named(baseline.path("fields"), "tenure_months").path("from").asText())
        .isEqualTo("step");
    assertThat(named(baseline.path("output"), "label").path("values")).hasSize(2);
    assertThat(named(baseline.path("output"), "score").path("edges").size()).isEqualTo(19);
    // What only scales or fills a column that is watched already says nothing new.
    assertThat(baseline.path("fields").findValuesAsText("name"))
        .doesNotContain("amount_monthly_charges", "features");

    assertThat(Baseline.of(baseline).toJson().toString()).isEqualTo(baseline.toString());
  }

  @Test
  void nothingOfAFieldWithPersonalDataIsKept() throws IOException {
    String manifest =
        Files.readString(CUSTOMER.resolve("bundle.json"))
            .replace("\"name\": \"contract\",", "\"name\": \"contract\", \"pii\": true,")
            .replace(
                "\"name\": \"customer_since\",", "\"name\": \"customer_since\", \"pii\": true,")
            .replace("\"name\": \"gender\",", "\"name\": \"gender\", \"identifier\": true,")
            .replace("\"name\": \"partner\",", "\"name\": \"partner\", \"monitor\": false,");
    String baseline = check(Files.readAllLines(REFERENCE), manifest).baseline();
    assertThat(baseline)
        .doesNotContain("Month-to-month", "Female", "C00233")
        .contains("\"why\":\"pii\"");
    JsonNode fields = json(baseline).path("fields");
    assertThat(named(fields, "contract").path("missing").isNumber()).isTrue();
    assertThat(named(fields, "gender").path("why").asText()).isEqualTo("identifier");
    assertThat(named(fields, "partner").path("why").asText()).isEqualTo("monitor");
    assertThat(fields.findValuesAsText("name")).doesNotContain("tenure_months");
  }

  @Test
  void linesMayCarryTheLabelAndTheSplit() throws IOException {
    List<String> lines =
        Files.readAllLines(REFERENCE).stream()
            .map(line -> "{\"object\": " + line + ", \"actual\": \"stay\", \"split\": \"train\"}")
            .toList();
    ReferenceCheck.Result result = check(lines);
    assertThat(json(result.baseline()).path("rows").asInt()).isEqualTo(400);
    assertThat(result.remarks()).extracting(Finding::code).containsExactly("reference_not_test");
  }

  @Test
  void everyFaultyLineIsAFindingWithItsNumber() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(REFERENCE).subList(0, 10));
    lines.set(2, "{\"customer_id\": 7}");
    lines.set(4, "not JSON");
    lines.set(5, "");
    lines.set(6, "{\"object\": {}, \"actual\": 1}");
    ReferenceCheck.Result result = check(lines);
    assertThat(result.baseline()).isNull();
    assertThat(result.findings())
        .extracting(finding -> finding.code() + " " + finding.where())
        .containsExactly(
            "reference_refused reference.jsonl:3",
            "bad_reference reference.jsonl:5",
            "reference_refused reference.jsonl:7");
  }

  @Test
  void findingsAndLinesAreLimited() throws IOException {
    assertThat(check(IntStream.range(0, 500).mapToObj(_ -> "[]").toList()).findings()).hasSize(100);
  }

  @Test
  void tooManyLinesAreRefused() throws IOException {
    String line = Files.readAllLines(REFERENCE).getFirst();
    assertThat(check(IntStream.range(0, 20_001).mapToObj(_ -> line).toList()).findings())
        .extracting(Finding::code)
        .containsExactly("too_many_lines");
  }

  @Test
  void anEmptyReferenceIsNoBaseline() throws IOException {
    ReferenceCheck.Result result = check(List.of(""));
    assertThat(result.baseline()).isNull();
    assertThat(result.findings()).isEmpty();
    assertThat(result.remarks()).extracting(Finding::code).containsExactly("reference_empty");
  }
}
