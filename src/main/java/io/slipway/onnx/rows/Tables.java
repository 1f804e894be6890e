package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The operators of classic models and their preprocessing (`ai.onnx.ml`), and of text: they take a
/// table with one line per row.
final class Tables {
  private static final String ML = "ai.onnx.ml.";

  private Tables() {}

  static void addTo(Map<String, Rule> rules) {
    for (String name : List.of("Scaler", "Imputer", "Normalizer")) {
      rules.put(ML + name, place -> List.of(table(place)));
    }
    for (String name : List.of("LabelEncoder", "CategoryMapper", "Binarizer")) {
      rules.put(ML + name, place -> List.of(place.data(0)));
    }
    for (String name : List.of("TreeEnsembleClassifier", "LinearClassifier", "SVMClassifier")) {
      rules.put(ML + name, Tables::classified);
    }
    for (String name :
        List.of("TreeEnsembleRegressor", "LinearRegressor", "SVMRegressor", "TreeEnsemble")) {
      rules.put(ML + name, place -> List.of(scored(place)));
    }
    rules.put(ML + "OneHotEncoder", Tables::oneHot);
    rules.put(ML + "FeatureVectorizer", Tables::side);
    rules.put(ML + "ArrayFeatureExtractor", Tables::features);
    rules.put("TfIdfVectorizer", place -> List.of(scored(place)));
    rules.put("StringNormalizer", Tables::normalizer);
  }

  /// A table without rows, or with one line per row.
  private static Known table(Place place) {
    Known x = place.data(0);
    if (x.hasRows() && (x.axis() != 0 || place.shape(x).size() != 2)) {
      throw place.mixes("treats the rows as columns of one row");
    }
    return x.shaped(x.shape());
  }

  /// One line of numbers per line of the table, computed alike for all rows.
  private static Known scored(Place place) {
    Known x = table(place);
    return x.hasRows()
        ? x.shaped(List.of(place.shape(x).getFirst(), place.symbols().fresh()))
        : Known.fixed(null);
  }

  private static List<Flow> classified(Place place) {
    Known x = table(place);
    if (!x.hasRows()) {
      return place.allFixed();
    }
    Dim rows = place.shape(x).getFirst();
    Attribute texts = place.attribute("classlabels_strings");
    Attribute numbers = place.attribute("classlabels_int64s");
    if (numbers == null) {
      numbers = place.attribute("classlabels_ints");
    }
    int classes = texts != null ? texts.texts() : numbers != null ? numbers.numbers() : 0;
    Dim width = classes > 1 ? Dim.of(classes) : place.symbols().fresh();
    return List.of(x.shaped(List.of(rows)), x.shaped(List.of(rows, width)));
  }

  private static List<Flow> oneHot(Place place) {
    Known x = place.data(0);
    if (x.shape() == null) {
      return List.of(x.shaped(null));
    }
    Attribute texts = place.attribute("cats_strings");
    Attribute numbers = place.attribute("cats_int64s");
    int many =
        texts != null && texts.texts() > 0
            ? texts.texts()
            : numbers == null ? 0 : numbers.numbers();
    List<Dim> shape = new ArrayList<>(x.shape());
    shape.add(many > 0 ? Dim.of(many) : place.symbols().fresh());
    return List.of(x.shaped(shape));
  }

  private static List<Flow> side(Place place) {
    Known first = table(place);
    for (int i = 1; i < place.inputs().size(); i++) {
      Known x = place.data(i);
      if (x.axis() != first.axis() || x.hasRows() && place.shape(x).size() != 2) {
        throw place.undecided("combines rows with values of other rows");
      }
    }
    return List.of(
        first.hasRows()
            ? first.shaped(List.of(place.shape(first).getFirst(), place.symbols().fresh()))
            : Known.fixed(null));
  }

  /// Selects along the last dimension.
  private static List<Flow> features(Place place) {
    Known x = place.data(0);
    Known index = place.data(1);
    if (!x.hasRows() && !index.hasRows()) {
      return List.of(Known.fixed(null));
    }
    List<Dim> from = place.shape(x);
    Dim many = Layout.product(place.shape(index));
    if (x.hasRows() && index.hasRows() || x.axis() == from.size() - 1 || many == null) {
      throw place.mixes("selects rows");
    }
    List<Dim> shape =
        new ArrayList<>(from.size() < 2 ? List.of(Dim.ONE) : from.subList(0, from.size() - 1));
    shape.add(many);
    if (x.hasRows()) {
      return List.of(Known.rows(shape, x.axis(), x.outer()));
    }
    // All indices as one list.
    List<Dim> before = place.shape(index).subList(0, index.axis());
    Dim outer = Layout.product(before);
    outer = outer == null ? null : outer.times(index.outer());
    if (outer == null) {
      throw place.undecided("has too many elements");
    }
    return List.of(Known.rows(shape, shape.size() - 1, outer));
  }

  private static List<Flow> normalizer(Place place) {
    Known x = place.data(0);
    Attribute stop = place.attribute("stopwords");
    if (stop != null && stop.texts() > 0) {
      if (x.hasRows()) {
        throw place.mixes("leaves out some of the rows");
      }
      return List.of(Known.fixed(null));
    }
    return List.of(x);
  }
}
