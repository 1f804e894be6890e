package io.slipway.bundle;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A preprocessing step as declared in the manifest. The operation is the record's name in
/// `snake_case`; its members are the record's components. `docs/reference/steps.md` describes the
/// meaning and the library that each step equals; the package `pipeline` compiles steps.
///
/// `in` and `out` are column names; without `out` a step writes in place.
public sealed interface Step {

  /// The columns that the step reads.
  List<String> in();

  /// The columns that it writes, as declared; null means in place.
  @Nullable List<String> out();

  /// The operation's name in the manifest.
  static String op(Step step) {
    return Variants.snakeCase(step.getClass().getSimpleName());
  }

  /// Steps on numbers.
  sealed interface OnNumbers extends Step {}

  /// Steps on categories.
  sealed interface OnCategories extends Step {}

  /// Steps on dates and times.
  sealed interface OnDates extends Step {}

  /// Steps on text and on its tokens.
  sealed interface OnText extends Step {}

  /// Steps on pixels.
  sealed interface OnImage extends Step {}

  // Numbers

  record Number(List<String> in, @Nullable List<String> out) implements OnNumbers {}

  record Impute(List<String> in, @Nullable List<String> out, List<Scalar> values)
      implements OnNumbers {}

  record MissingIndicator(List<String> in, @Nullable List<String> out) implements OnNumbers {}

  record Clip(
      List<String> in, @Nullable List<String> out, @Nullable Double min, @Nullable Double max)
      implements OnNumbers {}

  record Log1p(List<String> in, @Nullable List<String> out) implements OnNumbers {}

  record Log(List<String> in, @Nullable List<String> out) implements OnNumbers {}

  record Sqrt(List<String> in, @Nullable List<String> out) implements OnNumbers {}

  record Abs(List<String> in, @Nullable List<String> out) implements OnNumbers {}

  record Power(List<String> in, @Nullable List<String> out, double exponent) implements OnNumbers {}

  record Ratio(List<String> in, List<String> out) implements OnNumbers {}

  record Difference(List<String> in, List<String> out) implements OnNumbers {}

  record Sum(List<String> in, List<String> out) implements OnNumbers {}

  record Product(List<String> in, List<String> out) implements OnNumbers {}

  record StandardScale(
      List<String> in, @Nullable List<String> out, NumberList mean, NumberList scale)
      implements OnNumbers {}

  record MinmaxScale(
      List<String> in,
      @Nullable List<String> out,
      NumberList scale,
      NumberList min,
      @Default("false") boolean clip,
      @Default("[0, 1]") List<Double> featureRange)
      implements OnNumbers {}

  /// `quantiles`: one ascending list per column (a flat list for a single column); `references` in
  /// [0, 1].
  record Quantile(
      List<String> in,
      @Nullable List<String> out,
      List<List<Double>> quantiles,
      List<Double> references)
      implements OnNumbers {}

  /// `edges`: one ascending list per column (a flat list for a single column); `encode`: `ordinal`
  /// or `onehot`.
  record Kbins(
      List<String> in,
      @Nullable List<String> out,
      List<List<Double>> edges,
      @Default("\"ordinal\"") String encode)
      implements OnNumbers {}

  record Concat(List<String> in, List<String> out) implements OnNumbers {}

  // Categories

  record Category(List<String> in, @Nullable List<String> out) implements OnCategories {}

  /// `categories`: one list per column (a flat list for a single column); `drop`: `first`,
  /// `if_binary` or absent.
  record OneHot(
      List<String> in,
      @Nullable List<String> out,
      List<List<Scalar>> categories,
      @Default("\"error\"") String unknown,
      @Nullable String drop)
      implements OnCategories {}

  /// Without `unknown_value`, unknown categories are refused; without `missing`, null becomes NaN.
  record Ordinal(
      List<String> in,
      @Nullable List<String> out,
      List<List<Scalar>> categories,
      @Nullable Double missing,
      @Nullable Double unknownValue)
      implements OnCategories {}

  record Target(
      List<String> in,
      @Nullable List<String> out,
      Map<String, Double> values,
      @Key("default") double fallback)
      implements OnCategories {}

  // Dates and times

  record MonthsBetween(
      List<String> in, @Nullable List<String> out, @Nullable String ref, @Nullable String refField)
      implements OnDates {}

  record DaysBetween(
      List<String> in, @Nullable List<String> out, @Nullable String ref, @Nullable String refField)
      implements OnDates {}

  record DatePart(
      List<String> in, List<String> out, List<String> parts, @Default("\"UTC\"") String zone)
      implements OnDates {}

  record Cyclic(List<String> in, List<String> out, double period) implements OnDates {}

  // Text

  record HtmlStrip(List<String> in, @Nullable List<String> out) implements OnText {}

  record Lower(List<String> in, @Nullable List<String> out) implements OnText {}

  record Unicode(List<String> in, @Nullable List<String> out, String form) implements OnText {}

  record StripAccents(List<String> in, @Nullable List<String> out) implements OnText {}

  record Replace(List<String> in, @Nullable List<String> out, String pattern, String with)
      implements OnText {}

  record Join(List<String> in, List<String> out, String sep) implements OnText {}

  record Truncate(List<String> in, @Nullable List<String> out, int maxChars) implements OnText {}

  record Length(List<String> in, @Nullable List<String> out) implements OnText {}

  /// Writes one column per entry of `counts` (name → pattern); `out` is not used.
  record CountMatches(List<String> in, @Nullable List<String> out, Map<String, String> counts)
      implements OnText {}

  record Tokenize(
      List<String> in,
      @Nullable List<String> out,
      @Default("2") int minChars,
      @Nullable String pattern)
      implements OnText {}

  record Ngrams(List<String> in, @Nullable List<String> out, int min, int max) implements OnText {}

  record Tfidf(
      List<String> in,
      @Nullable List<String> out,
      TextList vocab,
      NumberList idf,
      @Default("false") boolean sublinearTf,
      @Default("\"l2\"") @Nullable String norm)
      implements OnText {}

  record HashText(
      List<String> in,
      @Nullable List<String> out,
      int nFeatures,
      @Default("true") boolean alternateSign,
      @Default("\"l2\"") @Nullable String norm)
      implements OnText {}

  record Wordpiece(
      List<String> in,
      List<String> out,
      FileName tokenizer,
      @Default("512") int maxLength,
      @Default("\"longest\"") String padding,
      @Default("true") boolean truncation)
      implements OnText {}

  // Images

  record DecodeImage(
      @Default("\"image\"") List<String> in,
      @Nullable List<String> out,
      @Default("\"RGB\"") String color,
      @Default("true") boolean exifOrientation,
      @Default("\"drop\"") String alpha,
      @Default("\"shift8\"") String sixteenBit,
      @Default("0") int frame)
      implements OnImage {}

  record Resize(
      @Default("\"image\"") List<String> in,
      @Nullable List<String> out,
      int width,
      int height,
      @Default("\"bilinear\"") String filter,
      @Default("\"pil\"") String algorithm,
      @Default("\"stretch\"") String fit)
      implements OnImage {}

  record CenterCrop(
      @Default("\"image\"") List<String> in, @Nullable List<String> out, int width, int height)
      implements OnImage {}

  record Pad(
      @Default("\"image\"") List<String> in,
      @Nullable List<String> out,
      @Default("0") int left,
      @Default("0") int top,
      @Default("0") int right,
      @Default("0") int bottom,
      @Default("0") double value)
      implements OnImage {}

  record Invert(@Default("\"image\"") List<String> in, @Nullable List<String> out)
      implements OnImage {}

  record Rescale(@Default("\"image\"") List<String> in, @Nullable List<String> out, double factor)
      implements OnImage {}

  record Normalize(
      @Default("\"image\"") List<String> in,
      @Nullable List<String> out,
      List<Double> mean,
      List<Double> std)
      implements OnImage {}

  record RepeatChannels(
      @Default("\"image\"") List<String> in, @Nullable List<String> out, @Default("3") int times)
      implements OnImage {}

  record Layout(@Default("\"image\"") List<String> in, @Nullable List<String> out, String to)
      implements OnImage {}

  // A graph of its own

  /// Runs the graph `file`: binds the columns `in` to its `inputs`, in this order, and writes its
  /// `outputs` to the columns `out`, in this order. Absent names are those of the columns.
  record Onnx(
      List<String> in,
      List<String> out,
      String file,
      @Nullable List<String> inputs,
      @Nullable List<String> outputs)
      implements Step {}
}
