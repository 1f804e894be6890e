package io.slipway.pipeline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.text.pattern.CodePoints;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/// Lower case, normalization and character classes against Python: whole texts, and each character
/// that Python's Unicode version knows.
class LettersTest {
  private static final JsonNode CHARACTERS = References.read("characters.json");
  private static final CodePoints ASSIGNED = ranges("assigned");

  /// Characters whose properties Unicode has corrected since the version of the references.
  private static final List<String> CHANGED = List.of("U+1171E");

  private static CodePoints ranges(String name) {
    int[] bounds = new int[CHARACTERS.get(name).size()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = CHARACTERS.get(name).get(i).intValue();
    }
    return CodePoints.ranges(bounds);
  }

  private static void assertHolds(String name, IntPredicate property) {
    CodePoints expected = ranges(name);
    List<String> different = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (ASSIGNED.contains(c) && property.test(c) != expected.contains(c)) {
        different.add("U+%04X".formatted(c));
      }
    }
    assertThat(different).as(name).isSubsetOf(CHANGED);
  }

  @Test
  void characterClassesAreThoseOfPython() {
    assertHolds("word", CodePoints.word()::contains);
    assertHolds("word", CodePoints::isWord);
    assertHolds("digit", CodePoints.digit()::contains);
    assertHolds("space", CodePoints.SPACE::contains);
  }

  @Test
  void everyCharacterHasPythonsLowerCase() {
    JsonNode lower = CHARACTERS.get("lower");
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (ASSIGNED.contains(c)) {
        String text = Character.toString(c);
        assertThat(LowerCase.of(text))
            .as("U+%04X", c)
            .isEqualTo(lower.path(Integer.toString(c)).asText(text));
      }
    }
  }

  @Test
  void aSigmaIsFinalWherePythonSaysSo() {
    assertHolds("sigma_before", c -> LowerCase.of("AΣ" + Character.toString(c)).charAt(1) == 'ς');
    assertHolds(
        "sigma_before_a", c -> LowerCase.of("AΣ" + Character.toString(c) + "A").charAt(1) == 'ς');
    assertHolds("sigma_after", c -> LowerCase.of(Character.toString(c) + "Σ").endsWith("ς"));
  }

  @Test
  void accentsAreTheCharactersThatCombine() {
    assertHolds(
        "combining",
        c -> c >= 0x300 && Normalization.stripAccents("a" + Character.toString(c)).equals("a"));
  }

  @Test
  void textsHavePythonsForms() {
    for (JsonNode row : References.read("forms.json")) {
      String text = row.get(0).textValue();
      assertThat(LowerCase.of(text)).isEqualTo(row.get(1).textValue());
      assertThat(Normalization.stripAccents(text)).isEqualTo(row.get(2).textValue());
      int column = 3;
      for (Normalizer.Form form :
          new Normalizer.Form[] {
            Normalizer.Form.NFC, Normalizer.Form.NFD, Normalizer.Form.NFKC, Normalizer.Form.NFKD
          }) {
        assertThat(Normalization.normalize(text, form)).isEqualTo(row.get(column++).textValue());
      }
    }
  }

  @Test
  void aMegabyteOfSigmasIsLoweredInLinearTime() {
    String sigmas = "Σ".repeat(1_000_000);
    String lower = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> LowerCase.of(sigmas));
    assertThat(lower).endsWith("σς");
  }

  @Test
  void aTextWithTooManyMarksInARowIsRefused() {
    String marks = "\u0316".repeat(Normalization.MAX_MARKS / 2);
    String ordered = "a" + "\u0301".repeat(Normalization.MAX_MARKS / 2) + marks;
    assertThat(Normalization.normalize(ordered, Normalizer.Form.NFD)).startsWith("a" + marks);
    assertThatThrownBy(() -> Normalization.stripAccents(ordered + "\u0301"))
        .isInstanceOf(RefusedInput.TooLarge.class);
  }
}
