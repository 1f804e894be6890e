package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Digest;
import io.slipway.registry.Comparison.Difference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Digest DIGEST = new Digest("0".repeat(64));

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static VersionDetail version(String manifest, String files) {
    ModelVersion version =
        new ModelVersion(
            0,
            "m",
            1,
            VersionKind.BUNDLE,
            VersionStatus.READY,
            DIGEST,
            DIGEST,
            0,
            null,
            "record",
            0,
            false,
            null,
            null,
            Map.of(),
            false,
            Instant.EPOCH,
            "test");
    return new VersionDetail(
        version, json(manifest), json("{}"), json("{}"), json(files), List.of(), List.of(), 0);
  }

  private static List<String> differences(String left, String right) {
    return Comparison.of(version(left, "[]"), version(right, "[]")).differences().stream()
        .map(DifferencesTest::line)
        .toList();
  }

  private static String line(Difference d) {
    return d.part() + " " + d.at() + " " + shown(d.left()) + " " + shown(d.right());
  }

  private static String shown(JsonNode side) {
    return side.isMissingNode() ? "-" : side.toString();
  }

  @Test
  void equalVersionsHaveNoDifferences() {
    String manifest = "{'preprocessing':[{'op':'log','in':['a']}],'lineage':{'metrics':{'auc':1}}}";
    assertThat(differences(manifest, manifest)).isEmpty();
  }

  @Test
  void metricsAndParametersComeFirstAndAreNoLineageAnyMore() {
    assertThat(
            differences(
                "{'lineage':{'metrics':{'auc':0.8},'parameters':{'seed':1},'code':{'commit':'a'}}}",
                "{'lineage':{'metrics':{'auc':0.9},'parameters':{'seed':2},'code':{'commit':'b'}}}"))
        .containsExactly(
            "METRICS /lineage/metrics/auc 0.8 0.9",
            "PARAMETERS /lineage/parameters/seed 1 2",
            "LINEAGE /lineage/code/commit \"a\" \"b\"");
  }

  @Test
  void fieldsAreComparedByTheirNamesNotByTheirPlaces() {
    assertThat(
            differences(
                "{'input':{'fields':[{'name':'a','min':0},{'name':'b'}]}}",
                "{'input':{'fields':[{'name':'c'},{'name':'b'},{'name':'a','min':1}]}}"))
        .containsExactly(
            "INPUT /input/fields/a/min 0 1", "INPUT /input/fields/c - {\"name\":\"c\"}");
  }

  @Test
  void aStepThatIsPutBetweenLeavesTheOthersAsTheyAre() {
    assertThat(
            differences(
                "{'preprocessing':[{'op':'log','in':['a']},{'op':'clip','in':['a'],'max':1}]}",
                "{'preprocessing':[{'op':'log','in':['a']},{'op':'abs','in':['a']},"
                    + "{'op':'clip','in':['a'],'max':2}]}"))
        .containsExactly(
            "PREPROCESSING /preprocessing/1 - {\"op\":\"abs\",\"in\":[\"a\"]}",
            "PREPROCESSING /preprocessing/2/max 1 2");
  }

  @Test
  void stepsThatOnlyOneSideHasAreShownWithTheirPlaceThere() {
    assertThat(
            differences(
                "{'preprocessing':[{'op':'abs','in':['a']},{'op':'log','in':['a']}]}",
                "{'preprocessing':[{'op':'log','in':['a']}]}"))
        .containsExactly("PREPROCESSING /preprocessing/0 {\"op\":\"abs\",\"in\":[\"a\"]} -");
  }

  @Test
  void listsOfValuesAreOneDifference() {
    assertThat(
            differences("{'output':{'labels':['a','b','c']}}", "{'output':{'labels':['a','b']}}"))
        .containsExactly("OUTPUT /output/labels [\"a\",\"b\",\"c\"] [\"a\",\"b\"]");
  }

  @Test
  void filesAreComparedByPathAndDigest() {
    Comparison comparison =
        Comparison.of(
            version("{}", "[{'path':'a/b.bin','sha256':'1'},{'path':'gone','sha256':'2'}]"),
            version("{}", "[{'path':'a/b.bin','sha256':'3'}]"));
    assertThat(comparison.differences().stream().map(DifferencesTest::line))
        .containsExactly("FILES /files/a~1b.bin \"1\" \"3\"", "FILES /files/gone \"2\" -");
  }
}
