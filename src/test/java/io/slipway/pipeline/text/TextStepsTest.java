package io.slipway.pipeline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.Finding;
import io.slipway.bundle.NumberList;
import io.slipway.bundle.Step;
import io.slipway.bundle.TextList;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.SparseVector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The steps as a chain sees them, against scikit-learn.
class TextStepsTest {
  private static final JsonNode WEIGHTS = References.read("weights.json");
  private static final List<String> TEXTS = References.texts(WEIGHTS.get("texts"));

  @TempDir Path folder;

  private static final List<String> IN = List.of("text");

  private Chain chain() {
    return Chain.in(folder);
  }

  private static Step.Tokenize words() {
    return new Step.Tokenize(IN, List.of("tokens"), 2, null);
  }

  private static void assertVector(@Nullable Object actual, int length, JsonNode expected) {
    SparseVector vector = (SparseVector) Objects.requireNonNull(actual);
    assertThat(vector.length()).isEqualTo(length);
    Map<Integer, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < vector.count(); i++) {
      assertThat(values.put(vector.indices()[i], vector.values()[i])).isNull();
    }
    values.values().removeIf(value -> value == 0);
    assertThat(values).hasSize(expected.size());
    values.forEach(
        (index, value) ->
            assertThat(value)
                .isCloseTo(expected.get(index.toString()).doubleValue(), within(1e-12)));
  }

  @Test
  void textsThatStepsMakeAreBounded() {
    Chain replaced = chain().text("text");
    Chain joined = chain().text("text");
    String last = "text";
    for (int i = 0; i < 40; i++) {
      replaced.add(new Step.Replace(IN, null, "a", "aa"));
      joined.add(new Step.Join(List.of(last, last), List.of("text" + i), ""));
      last = "text" + i;
    }
    assertThatThrownBy(() -> replaced.run("a")).isInstanceOf(RefusedInput.TooLarge.class);
    assertThatThrownBy(() -> joined.run("a")).isInstanceOf(RefusedInput.TooLarge.class);
  }

  @Test
  void tokensAreThoseOfCountVectorizer() {
    for (JsonNode row : WEIGHTS.get("tokens")) {
      Chain chain = chain().text("text");
      chain.add(new Step.Tokenize(IN, List.of("tokens"), 2, row.get("pattern").textValue()));
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat(chain.run(TEXTS.get(i)).get("tokens"))
            .isEqualTo(References.texts(row.get("rows").get(i)));
      }
    }
    Chain chain = chain().text("text").add(words());
    JsonNode expected = WEIGHTS.get("tokens").get(0).get("rows");
    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(chain.run(TEXTS.get(i)).get("tokens"))
          .isEqualTo(References.texts(expected.get(i)));
    }
  }

  @Test
  void ngramsAreThoseOfCountVectorizer() {
    for (JsonNode row : WEIGHTS.get("ngrams")) {
      Chain chain = chain().text("text");
      chain.add(new Step.Lower(IN, null)).add(words());
      chain.add(
          new Step.Ngrams(
              List.of("tokens"), null, row.get("min").intValue(), row.get("max").intValue()));
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat(chain.run(TEXTS.get(i)).get("tokens"))
            .isEqualTo(References.texts(row.get("rows").get(i)));
      }
    }
  }

  @Test
  void weightsAreThoseOfTfidfVectorizer() {
    List<String> vocabulary = References.texts(WEIGHTS.get("vocab"));
    for (JsonNode row : WEIGHTS.get("tfidf")) {
      List<Double> idf = new ArrayList<>();
      row.get("idf").forEach(weight -> idf.add(weight.doubleValue()));
      Chain chain = chain().text("text");
      chain.add(new Step.Lower(IN, null)).add(words());
      chain.add(new Step.Ngrams(List.of("tokens"), null, 1, 2));
      chain.add(
          new Step.Tfidf(
              List.of("tokens"),
              List.of("weights"),
              new TextList.Inline(vocabulary),
              new NumberList.Inline(idf),
              row.get("sublinear_tf").booleanValue(),
              References.textOrNull(row.get("norm"))));
      assertThat(chain.type("weights")).isEqualTo(new ColumnType.Vector(vocabulary.size()));
      for (int i = 0; i < TEXTS.size(); i++) {
        assertVector(
            chain.run(TEXTS.get(i)).get("weights"), vocabulary.size(), row.get("rows").get(i));
      }
    }
  }

  @Test
  void hashesAreThoseOfHashingVectorizer() {
    for (JsonNode row : WEIGHTS.get("hash")) {
      int length = row.get("n_features").intValue();
      Chain chain = chain().text("text");
      chain.add(new Step.Lower(IN, null)).add(words());
      chain.add(
          new Step.HashText(
              List.of("tokens"),
              List.of("hashes"),
              length,
              row.get("alternate_sign").booleanValue(),
              References.textOrNull(row.get("norm"))));
      for (int i = 0; i < TEXTS.size(); i++) {
        assertVector(chain.run(TEXTS.get(i)).get("hashes"), length, row.get("rows").get(i));
      }
    }
    for (JsonNode row : WEIGHTS.get("murmur")) {
      assertThat(HashedTerms.murmur(row.get(0).textValue())).isEqualTo(row.get(1).intValue());
    }
  }

  @Test
  void aHashWithoutAPositiveCounterpartHasItsPlaceAsInScikitLearn() {
    // (2^31 - n) mod n, from the formula of bundle.md.
    for (int n : new int[] {1, 7, 100, 4096, 1_000_003}) {
      assertThat(HashedTerms.place(Integer.MIN_VALUE, n)).isEqualTo((int) (((1L << 31) - n) % n));
    }
    assertThat(HashedTerms.place(-5, 3)).isEqualTo(2);
  }

  @Test
  void severalColumnsAreChangedOneByOneAndInPlace() {
    Chain chain = chain().text("subject").text("body");
    List<String> both = List.of("subject", "body");
    chain.add(new Step.HtmlStrip(both, null)).add(new Step.Lower(both, List.of("s", "b")));
    chain.add(new Step.Length(List.of("s", "b"), List.of("ls", "lb")));
    chain.add(new Step.Join(List.of("subject", "s", "b"), List.of("all"), "|"));
    Map<String, Object> row = chain.run("<b>Ä</b>", "\uD83D\uDE00 B");
    assertThat(row)
        .containsEntry("subject", " Ä ")
        .containsEntry("b", "\uD83D\uDE00 b")
        .containsEntry("ls", 3.0)
        .containsEntry("lb", 3.0)
        .containsEntry("all", " Ä | ä |\uD83D\uDE00 b");
    assertThat(chain.type("ls")).isEqualTo(new ColumnType.Number(false));
  }

  @Test
  void truncationCountsCodePoints() {
    Chain chain = chain().text("text").add(new Step.Truncate(IN, null, 3));
    assertThat(chain.run("a\uD83D\uDE00b\uD83D\uDE00").get("text")).isEqualTo("a\uD83D\uDE00b");
    assertThat(chain.run("\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00").get("text"))
        .isEqualTo("\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00");
    assertThat(chain.run("ab").get("text")).isEqualTo("ab");
    assertThat(chain.run("").get("text")).isEqualTo("");
  }

  @Test
  void countsAreColumnsOfTheirOwn() {
    Map<String, String> counts = new LinkedHashMap<>();
    counts.put("bangs", "!");
    counts.put("urls", "https?://");
    counts.put("upper", "[A-Z]");
    Chain chain = chain().text("text").add(new Step.CountMatches(IN, null, counts));
    assertThat(chain.run("See HTTP or http://x and https://y!!"))
        .containsEntry("bangs", 2.0)
        .containsEntry("urls", 2.0)
        .containsEntry("upper", 5.0);
  }

  @Test
  void replacementsMayNameGroups() {
    Chain chain = chain().text("text");
    chain.add(new Step.Replace(IN, null, "(?P<user>\\w+)@\\w+", "<\\g<user>>"));
    assertThat(chain.run("ask ann@home, bob@work").get("text")).isEqualTo("ask <ann>, <bob>");
  }

  @Test
  void whatDoesNotFitIsFoundAndNamesTheParameter() {
    TextList vocabulary = new TextList.Inline(List.of("a", "b", "a"));
    NumberList idf = new NumberList.Inline(List.of(1.0, 2.0));
    List<String> tokens = List.of("tokens");
    List<String> out = List.of("out");
    Map<Step.OnText, String> cases = new LinkedHashMap<>();
    cases.put(new Step.Unicode(IN, null, "NFX"), "form");
    cases.put(new Step.Truncate(IN, null, 0), "max_chars");
    cases.put(new Step.Replace(IN, null, "(?=a)", ""), "pattern");
    cases.put(new Step.Replace(IN, null, "a", "\\1"), "with");
    cases.put(new Step.CountMatches(IN, null, Map.of("n", "(a)\\1")), "n");
    cases.put(new Step.CountMatches(IN, null, Map.of()), "counts");
    cases.put(new Step.CountMatches(IN, out, Map.of("n", "a")), "out");
    cases.put(new Step.Tokenize(IN, tokens, 0, null), "min_chars");
    cases.put(new Step.Tokenize(IN, tokens, 2, "(a)(b)"), "pattern");
    cases.put(new Step.Ngrams(tokens, null, 2, 1), "min");
    cases.put(new Step.Ngrams(tokens, null, 0, 1), "min");
    cases.put(new Step.Ngrams(tokens, null, 1, 11), "min");
    cases.put(new Step.Tfidf(tokens, out, vocabulary, idf, false, "l2"), "vocab");
    cases.put(
        new Step.Tfidf(tokens, out, new TextList.Inline(List.of("a")), idf, false, "l2"), "idf");
    cases.put(
        new Step.Tfidf(tokens, out, new TextList.Inline(List.of()), idf, false, null), "vocab");
    cases.put(new Step.HashText(tokens, out, 0, true, "l2"), "n_features");
    cases.put(new Step.HashText(tokens, out, 8, true, "max"), "norm");
    cases.forEach(
        (step, parameter) -> {
          Chain chain = chain().text("text").tokens("tokens");
          assertThat(TextSteps.compile(step, chain.scope())).as("%s", step).isNull();
          assertThat(chain.findings())
              .as("%s", step)
              .anyMatch(f -> f.code().equals("bad_parameter") && f.message().startsWith(parameter));
        });
  }

  @Test
  void aColumnThatCouldNotBeWrittenIsNoSecondFinding() {
    Chain chain = chain().text("text");
    chain.tryAdd(new Step.Tokenize(IN, List.of("tokens"), 2, "("));
    chain.tryAdd(new Step.Ngrams(List.of("tokens"), null, 1, 2));
    assertThat(chain.findings()).extracting(Finding::code).containsExactly("bad_parameter");
  }

  @Test
  void columnsThatDoNotFitAreFoundBeforeAnyRow() {
    Map<Step.OnText, String> cases = new LinkedHashMap<>();
    cases.put(new Step.Lower(List.of("maybe"), null), "nullable_column");
    cases.put(new Step.Lower(List.of("tokens"), null), "wrong_column_type");
    cases.put(new Step.Lower(List.of("absent"), null), "unknown_column");
    cases.put(new Step.Lower(List.of(), null), "wrong_column_count");
    cases.put(new Step.Lower(IN, List.of("a", "b")), "wrong_column_count");
    cases.put(new Step.Lower(List.of("text", "text"), List.of("a", "a")), "duplicate_column");
    cases.put(new Step.Ngrams(IN, null, 1, 2), "wrong_column_type");
    cases.put(new Step.Join(List.of("text", "maybe"), List.of("all"), ""), "nullable_column");
    cases.put(new Step.Join(IN, List.of("a", "b"), ""), "wrong_column_count");
    cases.put(
        new Step.CountMatches(List.of("text", "text"), null, Map.of("n", "a")),
        "wrong_column_count");
    cases.forEach(
        (step, code) -> {
          Chain chain = chain().text("text").tokens("tokens");
          Column maybe = chain.scope().input("maybe", new ColumnType.Text(true));
          assertThat(maybe.type().nullable()).isTrue();
          assertThat(TextSteps.compile(step, chain.scope())).isNull();
          assertThat(chain.findings()).extracting(Finding::code).containsExactly(code);
        });
  }

  @Test
  void aVocabularyFileThatIsMissingIsFound() {
    Chain chain = chain().tokens("tokens");
    chain.tryAdd(
        new Step.Tfidf(
            List.of("tokens"),
            List.of("weights"),
            new TextList.InFile("vocab.txt"),
            new NumberList.Inline(List.of(1.0)),
            false,
            "l2"));
    assertThat(chain.findings()).extracting(Finding::code).containsExactly("missing_file");
  }

  @Test
  void ngramsAreOnlyAListToRead() {
    List<String> ngrams = Tokens.ngrams(List.of("a", "b", "c"), 2, 5);
    assertThat(ngrams).containsExactly("a b", "b c", "a b c");
    assertThatThrownBy(() -> ngrams.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
