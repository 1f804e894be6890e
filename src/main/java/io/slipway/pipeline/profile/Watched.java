package io.slipway.pipeline.profile;

import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.Manifest;
import io.slipway.bundle.Output;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The properties of a version that can be watched: the fields of its object, the columns that its
/// steps write, and its decision. The same for the same bundle, in every process.
///
/// - Columns that only rewrite one watched column each, as scaling does, are left out: they say
///   nothing new.
/// - Of a field with personal data, and of what steps derive from it, only the presence is watched;
///   the same holds for dates, which drift by themselves.
/// - Images and whole tensors are not watched, only the decisions about them.
public final class Watched {
  /// The longest vector of which each element is watched.
  private static final int MOST_ELEMENTS = 64;

  private final Map<String, Field> fields = new HashMap<>();
  private final boolean record;
  private final List<Series> series = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /// The columns of now with personal data.
  private final Set<String> personal = new HashSet<>();

  /// The columns of now whose values are watched, under any name.
  private final Set<String> covered = new HashSet<>();

  /// Those of them that are texts.
  private final Set<String> texts = new HashSet<>();

  private Watched(Manifest manifest) {
    if (manifest.input() instanceof InputSchema.Record declared) {
      declared.fields().forEach(field -> fields.put(field.name(), field));
    }
    this.record = manifest.input() instanceof InputSchema.Record;
  }

  /// The watched properties in the order of the object, the steps, the decision.
  public static List<Series> of(Manifest manifest, Pipeline pipeline) {
    Watched watched = new Watched(manifest);
    for (Pipeline.Stop stop : pipeline.stops()) {
      if (stop.op().equals(Pipeline.Stop.INPUT)) {
        stop.columns().forEach(watched::field);
      } else {
        watched.step(stop);
      }
    }
    watched.output(manifest.output());
    return List.copyOf(watched.series);
  }

  private void field(Column column) {
    String name = column.name();
    int slot = column.slot();
    Field field = fields.get(name);
    if (field != null && field.pii()) {
      personal.add(name);
    }
    String hidden = field == null ? null : hidden(field);
    if (hidden != null) {
      hide(column, hidden);
      return;
    }
    switch (column.type()) {
      case ColumnType.Number _, ColumnType.Whole _ -> number(column, Origin.FIELD);
      case ColumnType.Flag _ -> flag(column, Origin.FIELD);
      case ColumnType.Date _, ColumnType.Timestamp _ -> hide(column, "date");
      case ColumnType.Category _ -> category(column, Origin.FIELD);
      case ColumnType.Text _ -> text(name, slot);
      case ColumnType.Vector(int length, boolean _) -> vector(name, slot, length);
      case ColumnType.Tokens _,
          ColumnType.Ids _,
          ColumnType.Encoded _,
          ColumnType.Image _,
          ColumnType.Array _,
          ColumnType.Direct _ -> {}
    }
  }

  private static @Nullable String hidden(Field field) {
    if (field.pii()) {
      return "pii";
    }
    if (field.identifier() || field.entity()) {
      return "identifier";
    }
    return field.monitor() ? null : "monitor";
  }

  private void step(Pipeline.Stop stop) {
    boolean secret = stop.reads().stream().anyMatch(personal::contains);
    List<Column> written = stop.columns();
    boolean rewrites = written.size() == stop.reads().size();
    List<Boolean> known = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      known.add(rewrites && rewrites(stop.reads().get(i), written.get(i)));
    }
    for (int i = 0; i < written.size(); i++) {
      Column column = written.get(i);
      if (secret) {
        personal.add(column.name());
        covered.remove(column.name());
        texts.remove(column.name());
      } else {
        personal.remove(column.name());
        texts.remove(column.name());
        if (known.get(i)) {
          covered.add(column.name());
          if (column.type() instanceof ColumnType.Text) {
            texts.add(column.name());
          }
        } else {
          covered.remove(column.name());
          written(column);
        }
      }
    }
  }

  /// Whether `column` says no more than the watched column `read`. A number that is counted in a
  /// text does.
  private boolean rewrites(String read, Column column) {
    return covered.contains(read)
        && !(texts.contains(read) && column.type() instanceof ColumnType.Scalar);
  }

  private void written(Column column) {
    switch (column.type()) {
      case ColumnType.Number _, ColumnType.Whole _ -> number(column, Origin.STEP);
      case ColumnType.Flag _ -> flag(column, Origin.STEP);
      case ColumnType.Category _ -> category(column, Origin.STEP);
      case ColumnType.Date _,
          ColumnType.Timestamp _,
          ColumnType.Text _,
          ColumnType.Vector _,
          ColumnType.Tokens _,
          ColumnType.Ids _,
          ColumnType.Encoded _,
          ColumnType.Image _,
          ColumnType.Array _,
          ColumnType.Direct _ -> {}
    }
  }

  private void add(Series one) {
    if (names.add(one.origin() == Origin.OUTPUT ? "\0" + one.name() : one.name())) {
      series.add(one);
    }
  }

  private void number(Column column, Origin origin) {
    int slot = column.slot();
    covered.add(column.name());
    add(new Series.Measured(column.name(), origin, null, (frame, _) -> frame.number(slot)));
  }

  private void flag(Column column, Origin origin) {
    int slot = column.slot();
    covered.add(column.name());
    add(
        new Series.Named(
            column.name(),
            origin,
            true,
            (frame, _) -> {
              double value = frame.number(slot);
              return Double.isNaN(value) ? null : value == 0 ? "false" : "true";
            }));
  }

  private void category(Column column, Origin origin) {
    int slot = column.slot();
    covered.add(column.name());
    // A declared category is a small set; one that a step makes may be of any text.
    boolean closed = origin == Origin.FIELD;
    add(new Series.Named(column.name(), origin, closed, (frame, _) -> (String) frame.object(slot)));
  }

  /// A text: as a word, which the reference may turn out to be, and by its shape.
  private void text(String name, int slot) {
    covered.add(name);
    texts.add(name);
    if (record) {
      add(new Series.Named(name, Origin.FIELD, false, (frame, _) -> (String) frame.object(slot)));
    }
    for (TextMeasure measure : TextMeasure.values()) {
      add(
          new Series.Measured(
              measure.nameOf(name),
              Origin.FIELD,
              name,
              (frame, _) -> measure.of((String) frame.object(slot))));
    }
  }

  private void vector(String name, int slot, int length) {
    if (length <= MOST_ELEMENTS) {
      for (int i = 0; i < length; i++) {
        int at = i;
        add(
            new Series.Measured(
                name + "[" + i + "]",
                Origin.FIELD,
                null,
                (frame, _) -> frame.object(slot) instanceof double[] v ? v[at] : Double.NaN));
      }
      return;
    }
    for (VectorMeasure measure : VectorMeasure.values()) {
      add(
          new Series.Measured(
              measure.nameOf(name),
              Origin.FIELD,
              null,
              (frame, _) -> measure.of(frame.object(slot) instanceof double[] v ? v : null)));
    }
  }

  private void hide(Column column, String why) {
    int slot = column.slot();
    add(
        column.type() instanceof ColumnType.Scalar
            ? new Series.Hidden(column.name(), Origin.FIELD, why, (frame, _) -> frame.number(slot))
            : new Series.Hidden(
                column.name(),
                Origin.FIELD,
                why,
                (frame, _) -> frame.object(slot) == null ? Double.NaN : 1));
  }

  private void output(Output output) {
    switch (output) {
      case Output.Classification _ -> {
        label();
        add(new Series.Measured("score", Origin.OUTPUT, null, (_, decision) -> score(decision)));
      }
      case Output.SigmoidProbability s -> {
        if (s.labels() != null) {
          label();
        }
        add(new Series.Measured(s.name(), Origin.OUTPUT, null, (_, decision) -> score(decision)));
      }
      case Output.Value v ->
          add(new Series.Measured(v.name(), Origin.OUTPUT, null, (_, decision) -> score(decision)));
      case Output.Tensors _ -> {}
    }
  }

  private void label() {
    add(new Series.Named("label", Origin.OUTPUT, true, (_, decision) -> label(decision)));
  }

  private static @Nullable String label(Prediction decision) {
    return switch (decision) {
      case Prediction.Classified c -> c.labels().get(c.label());
      case Prediction.Scored s -> s.label();
      case Prediction.Raw _ -> null;
    };
  }

  /// The value; of a classification the probability of the second of two labels, or of the one
  /// that was chosen from more.
  private static double score(Prediction decision) {
    return switch (decision) {
      case Prediction.Classified c ->
          c.probabilities()[c.probabilities().length == 2 ? 1 : c.label()];
      case Prediction.Scored s -> s.value();
      case Prediction.Raw _ -> Double.NaN;
    };
  }
}
