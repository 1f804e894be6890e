package io.slipway.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Field;
import io.slipway.bundle.Finding;
import io.slipway.bundle.GoldenExample;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.profile.BaselineBuilder;
import io.slipway.pipeline.profile.Origin;
import io.slipway.pipeline.profile.Series;
import io.slipway.pipeline.profile.Watched;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs the reference of a bundle through the code that serves predictions, and makes the baseline
/// with which live objects are compared.
///
/// A line is an object, or `{"object": …, "actual": …, "split": …}`. Every line must be an object
/// that the version accepts and answers; each other one is a finding.
final class ReferenceCheck {
  /// @param findings one per faulty line
  /// @param remarks observations that do not prevent serving
  /// @param baseline as JSON; null where there are findings or no rows
  record Result(List<Finding> findings, List<Finding> remarks, @Nullable String baseline) {}

  private static final long MOST_BYTES = 256L << 20;
  private static final int MOST_LINE_BYTES = 16 << 20;
  private static final int MOST_LINES = 20_000;

  /// The most properties that are watched: their values are held in memory for every row.
  private static final int MOST_SERIES = 300;

  private static final int MOST_FINDINGS = 100;

  /// Fewer rows make a baseline of little use.
  private static final int FEW = 400;

  /// The time after which no further row is read.
  private static final long NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final int ROWS_PER_RUN = 64;

  private final BundleModel model;
  private final Bundle bundle;
  private final String file;
  private final boolean wrapped;
  private final BaselineBuilder builder;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Finding> remarks = new ArrayList<>();
  private final List<Frame> frames = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();
  private int training;

  private ReferenceCheck(BundleModel model, Bundle bundle, String file) {
    this.model = model;
    this.bundle = bundle;
    this.file = file;
    this.wrapped =
        bundle.manifest().input() instanceof InputSchema.Record(List<Field> fields, String _)
            && fields.stream().anyMatch(field -> field.name().equals("object"));
    List<Series> all = Watched.of(bundle.manifest(), model.pipeline());
    this.builder = new BaselineBuilder(all.size() > MOST_SERIES ? fewer(all) : all);
  }

  private List<Series> fewer(List<Series> all) {
    remark(
        "not_all_watched",
        "there are " + all.size() + " properties to watch; the first " + MOST_SERIES + " are");
    // The decision is the most important of them.
    List<Series> kept = new ArrayList<>(all);
    kept.removeIf(one -> one.origin() != Origin.OUTPUT && all.indexOf(one) >= MOST_SERIES - 2);
    return kept;
  }

  /// Runs the reference of `bundle`, which must have one.
  static Result run(BundleModel model, Bundle bundle) {
    var reference = bundle.manifest().reference();
    if (reference == null) {
      return new Result(List.of(), List.of(), null);
    }
    ReferenceCheck check = new ReferenceCheck(model, bundle, reference.file());
    try {
      check.read(bundle.path(reference.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return check.result();
  }

  private Result result() {
    if (!findings.isEmpty()) {
      return new Result(List.copyOf(findings), List.copyOf(remarks), null);
    }
    if (training > 0) {
      remark(
          "reference_not_test",
          training
              + " rows are not of the split \"test\": on rows that it was trained on, a model is"
              + " surer than on new ones");
    }
    if (builder.rows() == 0) {
      remark("reference_empty", "it has no rows, so no drift will be found");
      return new Result(List.of(), List.copyOf(remarks), null);
    }
    if (builder.rows() < FEW) {
      remark(
          "reference_small",
          "with "
              + builder.rows()
              + " rows only large shifts can be told from chance; 2,000 are better");
    }
    return new Result(List.of(), List.copyOf(remarks), builder.build().toJson().toString());
  }

  private void read(Path path) throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      find("too_large", file, "over " + MOST_BYTES + " bytes");
      return;
    }
    long end = System.nanoTime() + NANOS;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      int line = 0;
      for (byte[] text = next(in); text != null; text = next(in)) {
        line++;
        if (line > MOST_LINES) {
          find("too_many_lines", file, "over " + MOST_LINES + " lines");
          return;
        }
        if (text.length > MOST_LINE_BYTES) {
          find("too_large", at(line), "the line is over " + MOST_LINE_BYTES + " bytes");
          return;
        }
        if (!isBlank(text)) {
          object(text, line);
        }
        if (findings.size() >= MOST_FINDINGS) {
          return;
        }
        if (System.nanoTime() - end > 0) {
          remark(
              "reference_cut",
              "only the first " + line + " lines were used: the model takes long for them");
          break;
        }
      }
    }
    predict();
  }

  /// The next line without its end; null after the last one. Of a line that is too long, a part
  /// that still is.
  private static byte @Nullable [] next(InputStream in) throws IOException {
    int c = in.read();
    if (c < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    while (c >= 0 && c != '\n' && line.size() <= MOST_LINE_BYTES) {
      line.write(c);
      c = in.read();
    }
    return line.toByteArray();
  }

  private static boolean isBlank(byte[] text) {
    for (byte b : text) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private void object(byte[] text, int line) {
    JsonNode object;
    try {
      object = unwrapped(StrictJson.readExact(text), line);
    } catch (IOException e) {
      find("bad_reference", at(line), StrictJson.explain(e));
      return;
    }
    if (object == null) {
      return;
    }
    try {
      GoldenExample row = new GoldenExample(line, object, NullNode.getInstance(), 0);
      frames.add(GoldenCheck.frame(model, bundle, row));
      lines.add(line);
    } catch (RefusedInput.Invalid e) {
      find("reference_refused", at(line), "the object is refused: " + e.violations());
    } catch (RefusedInput e) {
      find("reference_refused", at(line), "the object is refused: " + e.getMessage());
    } catch (InvalidBundle e) {
      e.findings().forEach(f -> find(f.code(), at(line), f.message()));
    } catch (ModelFailure | UnexpectedOutput e) {
      find("model_fails", at(line), "a step fails on the object: " + e.getMessage());
    }
    if (frames.size() == ROWS_PER_RUN) {
      predict();
    }
  }

  /// The object of a line; null, with a finding, where it has none.
  private @Nullable JsonNode unwrapped(JsonNode json, int line) {
    if (!ReferenceRows.wraps(json)) {
      if (wrapped) {
        find(
            "bad_reference",
            at(line),
            "the schema has a field \"object\", so expected {\"object\": {…}}");
        return null;
      }
      return json;
    }
    JsonNode split = json.path("split");
    if (!split.isMissingNode() && !split.isTextual()) {
      find("bad_reference", at(line), "split: expected a string such as \"test\"");
      return null;
    }
    if (split.isTextual() && !split.textValue().equals("test")) {
      training++;
    }
    return json.get("object");
  }

  private void predict() {
    try {
      add(frames);
    } catch (ModelFailure | UnexpectedOutput e) {
      // One by one, to find the line.
      for (int i = 0; i < frames.size() && findings.size() < MOST_FINDINGS; i++) {
        try {
          add(List.of(frames.get(i)));
        } catch (ModelFailure | UnexpectedOutput one) {
          String why = "the model fails on the object: " + one.getMessage();
          find("model_fails", at(lines.get(i)), why);
        }
      }
    }
    frames.clear();
    lines.clear();
  }

  private void add(List<Frame> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<Prediction> predictions = model.predict(rows, new Phases());
    for (int i = 0; i < rows.size(); i++) {
      builder.add(rows.get(i), predictions.get(i));
    }
  }

  private String at(int line) {
    return file + ":" + line;
  }

  private void find(String code, String where, String message) {
    findings.add(new Finding(code, where, message));
  }

  private void remark(String code, String message) {
    remarks.add(new Finding(code, file, message));
  }
}
