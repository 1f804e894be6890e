package io.slipway.pipeline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.FileName;
import io.slipway.bundle.Finding;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against the Hugging Face library in Python.
class WordPieceStepTest {
  private static final JsonNode REFERENCE = References.read("wordpiece.json");
  private static final List<String> TEXTS = References.texts(REFERENCE.get("texts"));
  private static final List<String> OUT = List.of("ids", "mask", "types");

  @TempDir Path folder;

  @BeforeEach
  void copyTokenizer() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), References.read("tokenizer.json").toString());
  }

  private static Step.Wordpiece step(
      List<String> out, int maxLength, String padding, boolean truncation) {
    return new Step.Wordpiece(
        List.of("text"), out, new FileName("tokenizer.json"), maxLength, padding, truncation);
  }

  private static void assertRow(Map<String, Object> row, JsonNode expected) {
    ObjectMapper json = new ObjectMapper();
    for (int i = 0; i < OUT.size(); i++) {
      assertThat(row.get(OUT.get(i))).isEqualTo(json.convertValue(expected.get(i), long[].class));
    }
  }

  @Test
  void idsAreThoseOfTheLibraryWhateverTheFilePadsAndTruncates() {
    for (JsonNode length : REFERENCE.get("lengths")) {
      boolean truncation = !length.get("max_length").isNull();
      Chain chain = Chain.in(folder).text("text");
      chain.add(step(OUT, length.get("max_length").asInt(10_000), "longest", truncation));
      for (int i = 0; i < TEXTS.size(); i++) {
        assertRow(chain.run(TEXTS.get(i)), length.get("rows").get(i));
      }
    }
  }

  @Test
  void columnsSayHowTheyArePadded() {
    long pad = REFERENCE.get("pad").longValue();
    Chain chain = Chain.in(folder).text("text").add(step(OUT, 8, "longest", true));
    assertThat(chain.type("ids")).isEqualTo(new ColumnType.Ids(8, false, pad));
    assertThat(chain.type("mask")).isEqualTo(new ColumnType.Ids(8, false, 0));
    Chain fixed = Chain.in(folder).text("text").add(step(OUT.subList(0, 2), 8, "max_length", true));
    assertThat(fixed.type("ids")).isEqualTo(new ColumnType.Ids(8, true, pad));
    assertThat(fixed.type("mask")).isEqualTo(new ColumnType.Ids(8, true, 0));
  }

  @Test
  void aTextThatIsTooLongIsRefusedWhereItMayNotBeCut() {
    Chain chain = Chain.in(folder).text("text").add(step(OUT, 4, "longest", false));
    assertThatThrownBy(() -> chain.run("the quick brown fox"))
        .isInstanceOfSatisfying(
            RefusedInput.Invalid.class,
            refused -> {
              assertThat(refused.violations().getFirst().pointer()).isEqualTo("/text");
              assertThat(refused.violations().getFirst().code()).isEqualTo("too_long");
            });
  }

  @Test
  void manyThreadsMayEncodeAtOnce() {
    JsonNode length = REFERENCE.get("lengths").get(2);
    Chain chain = Chain.in(folder).text("text").add(step(OUT, 64, "longest", true));
    IntStream.range(0, 2_000)
        .parallel()
        .map(i -> i % TEXTS.size())
        .forEach(
            i -> {
              assertRow(chain.run(TEXTS.get(i)), length.get("rows").get(i));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0, longest, max_length",
    "8, left, padding",
    "2, longest, tokenizer.json",
  })
  void parametersThatDoNotFitAreFound(int maxLength, String padding, String about) {
    assertThat(findings(step(OUT, maxLength, padding, true)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).startsWith(about));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json|it is not JSON",
        "{}|it names no padding token",
        "{\"padding\":{\"pad_id\":0}}|it is not a tokenizer",
        "{\"padding\":{\"pad_id\":0,\"direction\":\"Left\"}}|it pads on the left",
      })
  void aFileThatIsNoTokenizerIsFound(String json, String message) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json);
    assertThat(findings(step(OUT, 8, "longest", true)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("bad_tokenizer");
              assertThat(finding.message()).contains(message);
            });
  }

  @Test
  void aMissingFileAndTooManyColumnsAreFound() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    assertThat(findings(step(List.of("a"), 8, "longest", true)))
        .extracting(Finding::code)
        .containsExactlyInAnyOrder("missing_file", "wrong_column_count");
  }

  private List<Finding> findings(Step.Wordpiece step) {
    Chain chain = Chain.in(folder).text("text");
    @Nullable Object transform = TextSteps.compile(step, chain.scope());
    assertThat(transform).isNull();
    return chain.findings();
  }
}
