package io.slipway.bundle;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks a parsed manifest on its own: value ranges, and the existence of files. The pipeline
/// checks how steps and tensors fit together.
final class ManifestCheck {
  private static final Set<String> DTYPES =
      Set.of("float32", "float64", "int64", "int32", "bool", "uint8", "string");
  private static final int MAX_FIELDS = 10_000;
  private static final int MAX_VECTOR = 1_000_000;

  private final Manifest manifest;
  private final Set<String> files;
  private final List<Finding> findings;

  ManifestCheck(Manifest manifest, Set<String> files, List<Finding> findings) {
    this.manifest = manifest;
    this.files = files;
    this.findings = findings;
  }

  void check() {
    if (!manifest.format().equals(Manifest.FORMAT)) {
      found(
          "unknown_format",
          "/format",
          "expected \"" + Manifest.FORMAT + "\", found \"" + manifest.format() + "\"");
    }
    if (!Manifest.MODEL_NAME.matcher(manifest.model().name()).matches()) {
      found(
          "bad_name",
          "/model/name",
          "expected a name like \"customer-churn\" (" + Manifest.MODEL_NAME + ")");
    }
    requireFile(manifest.model().file(), "/model/file");
    if (manifest.examples() != null) {
      requireFile(manifest.examples().file(), "/examples/file");
      if (!(manifest.examples().tolerance() >= 0)) {
        found("out_of_range", "/examples/tolerance", "expected a number of at least 0");
      }
    }
    if (manifest.reference() != null) {
      requireFile(manifest.reference().file(), "/reference/file");
    }
    input(manifest.input());
    for (int i = 0; i < manifest.preprocessing().size(); i++) {
      stepFiles(manifest.preprocessing().get(i), "/preprocessing/" + i);
    }
    tensors();
    output(manifest.output());
    lineage(manifest.lineage());
  }

  private void input(InputSchema input) {
    switch (input) {
      case InputSchema.Record(List<Field> fields, String additional) -> {
        oneOf(additional, "/input/additional", "reject", "ignore");
        fields(fields);
      }
      case InputSchema.Text(int maxChars) -> positive(maxChars, "/input/max_chars");
      case InputSchema.Mail(int maxBytes, int maxParts) -> {
        positive(maxBytes, "/input/max_bytes");
        positive(maxParts, "/input/max_parts");
      }
      case InputSchema.Image(List<String> mediaTypes, int maxBytes, int maxPixels) -> {
        positive(maxBytes, "/input/max_bytes");
        positive(maxPixels, "/input/max_pixels");
        Set<String> known = Set.of("image/png", "image/jpeg", "image/gif", "image/bmp");
        if (mediaTypes.isEmpty() || !known.containsAll(mediaTypes)) {
          found("unknown_value", "/input/media_types", "expected some of " + known);
        }
      }
      case InputSchema.Tensors() -> {
        if (!manifest.preprocessing().isEmpty() || !manifest.tensors().isEmpty()) {
          found(
              "inconsistent",
              "/input/object",
              "an object of tensors takes neither preprocessing nor tensors: the graph declares them");
        }
      }
    }
  }

  private void fields(List<Field> fields) {
    if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
      found("out_of_range", "/input/fields", "expected 1 to " + MAX_FIELDS + " fields");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      String at = "/input/fields/" + i;
      if (field.name().isEmpty() || !names.add(field.name())) {
        found(
            "bad_name",
            at + "/name",
            "a field's name is empty or occurs twice: \"" + field.name() + "\"");
      }
      options(field, at);
    }
  }

  private void options(Field field, String at) {
    switch (field) {
      case Field.NumberField f -> range(f.min(), f.max(), at);
      case Field.IntegerField f -> {
        range(f.min(), f.max(), at);
        whole(f.allowed(), at + "/enum");
      }
      case Field.BooleanField f -> {}
      case Field.StringField f -> positive(f.maxChars(), at + "/max_chars");
      case Field.CategoryField f -> {
        positive(f.maxChars(), at + "/max_chars");
        oneOf(f.unknown(), at + "/unknown", "reject", "null");
        if (f.unknown().equals("null") && (f.allowed() == null || !f.nullable())) {
          found("inconsistent", at + "/unknown", "\"null\" needs an enum and \"nullable\": true");
        }
      }
      case Field.DateField f -> {
        date(f.min(), at + "/min");
        date(f.max(), at + "/max");
      }
      case Field.TimestampField f -> {
        timestamp(f.min(), at + "/min");
        timestamp(f.max(), at + "/max");
      }
      case Field.VectorField f -> {
        if (f.length() < 1 || f.length() > MAX_VECTOR) {
          found("out_of_range", at + "/length", "expected 1 to " + MAX_VECTOR);
        }
        range(f.min(), f.max(), at);
      }
    }
  }

  private void stepFiles(Step step, String at) {
    switch (step) {
      case Step.Tfidf tfidf -> {
        if (tfidf.vocab() instanceof TextList.InFile(String file)) {
          requireFile(file, at + "/vocab/file");
        }
        if (tfidf.idf() instanceof NumberList.InFile(String file)) {
          requireFile(file, at + "/idf/file");
        }
      }
      case Step.StandardScale scale -> {
        if (scale.mean() instanceof NumberList.InFile(String file)) {
          requireFile(file, at + "/mean/file");
        }
        if (scale.scale() instanceof NumberList.InFile(String file)) {
          requireFile(file, at + "/scale/file");
        }
      }
      case Step.MinmaxScale scale -> {
        if (scale.scale() instanceof NumberList.InFile(String file)) {
          requireFile(file, at + "/scale/file");
        }
        if (scale.min() instanceof NumberList.InFile(String file)) {
          requireFile(file, at + "/min/file");
        }
      }
      case Step.Wordpiece wordpiece ->
          requireFile(wordpiece.tokenizer().file(), at + "/tokenizer/file");
      case Step.Onnx onnx -> requireFile(onnx.file(), at + "/file");
      case Step.OnNumbers s -> {}
      case Step.OnCategories s -> {}
      case Step.OnDates s -> {}
      case Step.OnText s -> {}
      case Step.OnImage s -> {}
    }
  }

  private void tensors() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < manifest.tensors().size(); i++) {
      TensorBinding tensor = manifest.tensors().get(i);
      if (!names.add(tensor.name())) {
        found("bad_name", "/tensors/" + i + "/name", "\"" + tensor.name() + "\" is bound twice");
      }
      if (!DTYPES.contains(tensor.dtype())) {
        found("unknown_value", "/tensors/" + i + "/dtype", "expected one of " + DTYPES);
      }
    }
  }

  private void output(Output output) {
    switch (output) {
      case Output.Classification c -> {
        labels(c.labels());
        if ((c.probabilities() == null) == (c.logits() == null)) {
          found("inconsistent", "/output", "expected either \"probabilities\" or \"logits\"");
        }
        oneOf(c.activation(), "/output/activation", "softmax", "sigmoid");
        if (c.threshold() != null) {
          threshold(c.threshold());
          if (c.labels().size() != 2) {
            found("inconsistent", "/output/threshold", "a threshold needs exactly two labels");
          }
        }
        if (c.topK() != null) {
          positive(c.topK(), "/output/top_k");
        }
      }
      case Output.SigmoidProbability s -> {
        threshold(s.threshold());
        if (s.labels() != null) {
          labels(s.labels());
          if (s.labels().size() != 2) {
            found("inconsistent", "/output/labels", "expected exactly two labels");
          }
        }
      }
      case Output.Value v -> {
        if (v.transform() != null) {
          oneOf(v.transform(), "/output/transform", "exp", "expm1");
        }
      }
      case Output.Tensors t -> {}
    }
  }

  private void labels(List<String> labels) {
    if (labels.isEmpty() || new HashSet<>(labels).size() != labels.size()) {
      found("inconsistent", "/output/labels", "expected at least one label, none twice");
    }
  }

  private void lineage(@Nullable Lineage lineage) {
    if (lineage == null) {
      return;
    }
    Lineage.Code code = lineage.code();
    if (code != null && code.commit() != null && !code.commit().matches("[0-9a-f]{40}")) {
      found("bad_value", "/lineage/code/commit", "expected 40 lower-case hexadecimal digits");
    }
    List<Lineage.Data> data = lineage.data() == null ? List.of() : lineage.data();
    for (int i = 0; i < data.size(); i++) {
      String sha256 = data.get(i).sha256();
      if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
        found(
            "bad_value",
            "/lineage/data/" + i + "/sha256",
            "expected 64 lower-case hexadecimal digits");
      }
    }
  }

  private void requireFile(String file, String pointer) {
    if (!files.contains(file)) {
      found("missing_file", pointer, "the bundle has no file \"" + file + "\"");
    }
  }

  private void oneOf(String value, String pointer, String... known) {
    if (!List.of(known).contains(value)) {
      found(
          "unknown_value",
          pointer,
          "expected one of " + List.of(known) + ", found \"" + value + "\"");
    }
  }

  private void positive(int value, String pointer) {
    if (value < 1) {
      found("out_of_range", pointer, "expected at least 1, found " + value);
    }
  }

  private void threshold(double value) {
    if (!(value > 0 && value < 1)) {
      found(
          "out_of_range", "/output/threshold", "expected a number between 0 and 1, found " + value);
    }
  }

  private void range(@Nullable Double min, @Nullable Double max, String at) {
    if (min != null && max != null && min > max) {
      found("inconsistent", at + "/min", "min is over max");
    }
  }

  private void whole(@Nullable List<Double> values, String pointer) {
    if (values != null && values.stream().anyMatch(v -> v != Math.rint(v))) {
      found("wrong_type", pointer, "expected whole numbers");
    }
  }

  private void date(@Nullable String text, String pointer) {
    try {
      if (text != null) {
        LocalDate.parse(text);
      }
    } catch (DateTimeException e) {
      found("wrong_type", pointer, "expected a date like 2026-01-31, found \"" + text + "\"");
    }
  }

  private void timestamp(@Nullable String text, String pointer) {
    if (text != null && Rfc3339.parse(text) == null) {
      found("wrong_type", pointer, "expected an RFC 3339 date-time, found \"" + text + "\"");
    }
  }

  private void found(String code, String pointer, String message) {
    findings.add(new Finding(code, "bundle.json#" + pointer, message));
  }
}
