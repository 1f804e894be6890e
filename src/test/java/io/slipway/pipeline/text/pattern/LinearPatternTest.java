package io.slipway.pipeline.text.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against Python's `re`: matches, groups, replacements, and what is refused.
class LinearPatternTest {

  private static JsonNode references(String part) throws IOException {
    try (InputStream in =
        LinearPatternTest.class.getResourceAsStream("/pipeline/text/patterns.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in)).get(part);
    }
  }

  private static List<List<Integer>> matches(String pattern, String text) {
    List<List<Integer>> matches = new ArrayList<>();
    LinearPattern.of(pattern)
        .each(text, places -> matches.add(Arrays.stream(places).boxed().toList()));
    return matches;
  }

  @Test
  void findsWhatPythonFinds() throws IOException {
    for (JsonNode row : references("matches")) {
      String pattern = row.get("pattern").textValue();
      String text = row.get("text").textValue();
      List<List<Integer>> expected = new ArrayList<>();
      for (JsonNode spans : row.get("spans")) {
        List<Integer> match = new ArrayList<>();
        spans.forEach(place -> match.add(place.intValue()));
        expected.add(match);
      }
      assertThat(matches(pattern, text)).as("/%s/ in \"%s\"", pattern, text).isEqualTo(expected);
      assertThat(LinearPattern.of(pattern).count(text)).isEqualTo(expected.size());
    }
  }

  @Test
  void replacesAsPython() throws IOException {
    for (JsonNode row : references("replaced")) {
      LinearPattern pattern = LinearPattern.of(row.get("pattern").textValue());
      String result =
          Replacement.of(row.get("with").textValue(), pattern)
              .replaceAll(pattern, row.get("text").textValue());
      assertThat(result).as("%s", row).isEqualTo(row.get("result").textValue());
    }
  }

  @Test
  void refusesWhatIsNotValidOrNeedsBacktracking() throws IOException {
    for (JsonNode pattern : references("refused")) {
      assertThatThrownBy(() -> LinearPattern.of(pattern.textValue()))
          .as("/%s/", pattern.textValue())
          .isInstanceOf(BadPattern.class);
    }
    for (JsonNode row : references("bad_replacements")) {
      LinearPattern pattern = LinearPattern.of(row.get(0).textValue());
      assertThatThrownBy(() -> Replacement.of(row.get(1).textValue(), pattern))
          .as("%s", row)
          .isInstanceOf(BadPattern.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+b",
        "(a|a)*b",
        "(a|aa)+$",
        "a(.*b)?",
        "(?:a.*b|a)",
        "(a*)*",
        "(.*)(.*)(.*)b",
        "a*?b",
        "(x+x+)+y",
        "<[^>]+>",
        "<!--.*?-->|<",
        "\\b\\w+\\b!",
        "(a?){20}a{20}",
        "\\w+\\s+$"
      })
  void findsAllMatchesInAHostileMegabyteInLinearTime(String regex) {
    LinearPattern pattern = LinearPattern.of(regex);
    for (String text : List.of("a".repeat(1_000_000), "<".repeat(1_000_000))) {
      // Quadratic time would be an hour.
      assertTimeoutPreemptively(Duration.ofSeconds(20), () -> pattern.count(text));
    }
  }

  @Test
  void matchesAreTheSameAcrossTheBlocksOfALongText() {
    String unit = "ab \uD83D\uDE00b aab! ";
    for (String regex : List.of("a+b", "\\w+", "\\b\\w+!", "(a.*?!)|\\S", "[^a]+", "(?s)a.*")) {
      LinearPattern pattern = LinearPattern.of(regex);
      java.util.regex.Pattern other =
          java.util.regex.Pattern.compile(regex, java.util.regex.Pattern.UNICODE_CHARACTER_CLASS);
      String text = "x" + unit.repeat(2000);
      List<Integer> expected = new ArrayList<>();
      java.util.regex.Matcher matcher = other.matcher(text);
      while (matcher.find()) {
        expected.add(matcher.start());
        expected.add(matcher.end());
      }
      List<Integer> found = new ArrayList<>();
      pattern.each(
          text,
          places -> {
            found.add(places[0]);
            found.add(places[1]);
          });
      assertThat(found).as(regex).isEqualTo(expected);
    }
  }
}
