package io.slipway.pipeline.text;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Transform;
import io.slipway.pipeline.text.pattern.BadPattern;
import io.slipway.pipeline.text.pattern.LinearPattern;
import io.slipway.pipeline.text.pattern.Replacement;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Compiles steps on text. The class that implements a step names the library that it equals. Null
/// text is refused when the steps are compiled; the empty text is valid.
public final class TextSteps {
  private static final ColumnType TEXT = new ColumnType.Text(false);
  private static final ColumnType NUMBER = new ColumnType.Number(false);
  private static final ColumnType TOKENS = new ColumnType.Tokens();

  /// The longest n-gram in words: the work per word grows with its square.
  private static final int MAX_NGRAM = 10;

  private TextSteps() {}

  /// The transform for `step`; null, with findings in `scope`, where it does not fit.
  public static @Nullable Transform compile(Step.OnText step, CompileScope scope) {
    return switch (step) {
      case Step.HtmlStrip s -> texts(s, scope, HtmlStripper::strip);
      case Step.Lower s -> texts(s, scope, LowerCase::of);
      case Step.Unicode s -> texts(s, scope, unicode(s.form(), scope));
      case Step.StripAccents s -> texts(s, scope, Normalization::stripAccents);
      case Step.Replace s -> texts(s, scope, replace(s, scope));
      case Step.Join s -> join(s, scope);
      case Step.Truncate s -> texts(s, scope, truncate(s.maxChars(), scope));
      case Step.Length s ->
          StepColumns.numbers(s, scope, text -> text.codePointCount(0, text.length()));
      case Step.CountMatches s -> countMatches(s, scope);
      case Step.Tokenize s ->
          StepColumns.objects(s, scope, StepColumns.TEXT, TOKENS, tokenize(s, scope));
      case Step.Ngrams s ->
          StepColumns.objects(s, scope, StepColumns.TOKENS, TOKENS, ngrams(s, scope));
      case Step.Tfidf s -> tfidf(s, scope);
      case Step.HashText s -> hashText(s, scope);
      case Step.Wordpiece s -> WordPieceStep.compile(s, scope);
    };
  }

  private static @Nullable Transform texts(
      Step step, CompileScope scope, @Nullable UnaryOperator<String> work) {
    return StepColumns.objects(step, scope, StepColumns.TEXT, TEXT, work);
  }

  /// Reports an invalid parameter; returns null in place of the step's function.
  private static <T> @Nullable T bad(CompileScope scope, String parameter, String message) {
    scope.finding("bad_parameter", parameter + ": " + message);
    return null;
  }

  private static @Nullable UnaryOperator<String> unicode(String form, CompileScope scope) {
    try {
      Normalizer.Form known = Normalizer.Form.valueOf(form);
      return text -> Normalization.normalize(text, known);
    } catch (IllegalArgumentException e) {
      return bad(scope, "form", "\"" + form + "\" is not NFC, NFD, NFKC or NFKD");
    }
  }

  private static @Nullable UnaryOperator<String> replace(Step.Replace step, CompileScope scope) {
    LinearPattern pattern = pattern("pattern", step.pattern(), scope);
    if (pattern == null) {
      return null;
    }
    try {
      Replacement replacement = Replacement.of(step.with(), pattern);
      return text -> replacement.replaceAll(pattern, text);
    } catch (BadPattern e) {
      return bad(scope, "with", e.reason());
    }
  }

  private static @Nullable LinearPattern pattern(
      String parameter, String pattern, CompileScope scope) {
    try {
      return LinearPattern.of(pattern);
    } catch (BadPattern e) {
      return bad(scope, parameter, "\"" + pattern + "\" can't be used: " + e.reason());
    }
  }

  private static @Nullable UnaryOperator<String> truncate(int maxChars, CompileScope scope) {
    if (maxChars < 1) {
      return bad(scope, "max_chars", maxChars + " is less than 1");
    }
    return text ->
        text.length() <= maxChars || text.codePointCount(0, text.length()) <= maxChars
            ? text
            : text.substring(0, text.offsetByCodePoints(0, maxChars));
  }

  private static @Nullable Function<String, List<String>> tokenize(
      Step.Tokenize step, CompileScope scope) {
    String regex = step.pattern();
    if (regex == null) {
      int minChars = step.minChars();
      return minChars < 1
          ? bad(scope, "min_chars", minChars + " is less than 1")
          : text -> Tokens.words(text, minChars);
    }
    LinearPattern pattern = pattern("pattern", regex, scope);
    if (pattern != null && pattern.groups() > 1) {
      return bad(scope, "pattern", "\"" + regex + "\" has more than one group");
    }
    return pattern == null ? null : text -> Tokens.matches(text, pattern);
  }

  private static @Nullable Function<List<String>, List<String>> ngrams(
      Step.Ngrams step, CompileScope scope) {
    int min = step.min();
    int max = step.max();
    if (min < 1 || max < min || max > MAX_NGRAM) {
      return bad(
          scope, "min", min + " to max " + max + " is not a range within 1 and " + MAX_NGRAM);
    }
    return words -> Tokens.ngrams(words, min, max);
  }

  private static @Nullable Transform tfidf(Step.Tfidf step, CompileScope scope) {
    Norm norm = norm(step.norm(), scope);
    List<String> vocabulary = scope.texts(step.vocab());
    double[] idf = scope.numbers(step.idf());
    TermWeights weights = null;
    if (vocabulary != null && idf != null && fits(vocabulary, idf, scope) && norm != null) {
      weights = new TermWeights(vocabulary, idf, step.sublinearTf(), norm);
    }
    return StepColumns.objects(
        step,
        scope,
        StepColumns.TOKENS,
        new ColumnType.Vector(vocabulary == null ? 0 : vocabulary.size()),
        weights == null ? null : weights::of);
  }

  private static boolean fits(List<String> vocabulary, double[] idf, CompileScope scope) {
    int before = vocabulary.size();
    boolean fits = true;
    if (before == 0) {
      bad(scope, "vocab", "the vocabulary is empty");
      fits = false;
    }
    if (before != idf.length) {
      bad(scope, "idf", idf.length + " weights for " + before + " terms");
      fits = false;
    }
    HashSet<String> seen = HashSet.newHashSet(before);
    for (String term : vocabulary) {
      if (!seen.add(term)) {
        bad(scope, "vocab", "the term \"" + term + "\" is there twice");
        return false;
      }
    }
    for (double weight : idf) {
      if (!Double.isFinite(weight)) {
        bad(scope, "idf", weight + " is not a weight");
        return false;
      }
    }
    return fits;
  }

  private static @Nullable Transform hashText(Step.HashText step, CompileScope scope) {
    Norm norm = norm(step.norm(), scope);
    int length = step.nFeatures();
    HashedTerms hashed = null;
    if (length < 1 || length > HashedTerms.MAX_LENGTH) {
      bad(scope, "n_features", length + " is not within 1 and " + HashedTerms.MAX_LENGTH);
    } else if (norm != null) {
      hashed = new HashedTerms(length, step.alternateSign(), norm);
    }
    return StepColumns.objects(
        step,
        scope,
        StepColumns.TOKENS,
        new ColumnType.Vector(length),
        hashed == null ? null : hashed::of);
  }

  private static @Nullable Norm norm(@Nullable String name, CompileScope scope) {
    Norm norm = Norm.of(name);
    return norm == null ? bad(scope, "norm", "\"" + name + "\" is not l1, l2 or null") : norm;
  }

  private static @Nullable Transform join(Step.Join step, CompileScope scope) {
    int[] from = StepColumns.read(step, scope, StepColumns.TEXT);
    if (!StepColumns.areDistinct(step.out(), 1, scope) || from == null) {
      scope.writeBroken(step.out());
      return null;
    }
    int to = scope.write(step.out().getFirst(), TEXT).slot();
    String separator = step.sep();
    return frame -> {
      StringBuilder joined = new StringBuilder(frame.text(from[0]));
      for (int i = 1; i < from.length; i++) {
        joined.append(separator).append(frame.text(from[i]));
        Replacement.requireBounded(joined.length());
      }
      frame.object(to, joined.toString());
    };
  }

  private static @Nullable Transform countMatches(Step.CountMatches step, CompileScope scope) {
    int[] from = StepColumns.read(step, scope, StepColumns.TEXT);
    boolean fits = from != null;
    if (from != null && from.length != 1) {
      fits = false;
      scope.finding("wrong_column_count", "the step counts in one column, not in " + step.in());
    }
    if (step.counts().isEmpty()) {
      fits = false;
      bad(scope, "counts", "there is nothing to count");
    }
    if (step.out() != null) {
      fits = false;
      bad(scope, "out", "the columns are those that counts names");
    }
    List<LinearPattern> patterns = new ArrayList<>();
    for (Map.Entry<String, String> count : step.counts().entrySet()) {
      LinearPattern pattern = pattern(count.getKey(), count.getValue(), scope);
      if (pattern == null) {
        fits = false;
      } else {
        patterns.add(pattern);
      }
    }
    List<String> names = List.copyOf(step.counts().keySet());
    if (from == null || !fits) {
      scope.writeBroken(names);
      return null;
    }
    int[] to = names.stream().mapToInt(name -> scope.write(name, NUMBER).slot()).toArray();
    LinearPattern[] counted = patterns.toArray(LinearPattern[]::new);
    return frame -> {
      String text = frame.text(from[0]);
      for (int i = 0; i < to.length; i++) {
        frame.number(to[i], counted[i].count(text));
      }
    };
  }
}
