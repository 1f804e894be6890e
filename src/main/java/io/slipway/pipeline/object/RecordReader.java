package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a record from JSON tokens directly into its columns, without a tree or a map. Finds all
/// violations in one pass.
final class RecordReader extends ObjectReader {
  /// The most field names that a plain record's member is compared with.
  private static final int MOST_TRIES = 64;

  private final FieldReader[] fields;
  private final byte[][] names;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, ColumnPort> columns = new LinkedHashMap<>();
  private final boolean plainNames;
  private final boolean ignoresAdditional;

  RecordReader(InputSchema.Record schema, CompileScope scope) {
    fields = new FieldReader[schema.fields().size()];
    names = new byte[fields.length][];
    for (int i = 0; i < fields.length; i++) {
      Field field = schema.fields().get(i);
      fields[i] = FieldReader.of(field, scope);
      names[i] = field.name().getBytes(StandardCharsets.UTF_8);
      places.put(field.name(), i);
      columns.put(field.name(), ColumnPort.of(field));
    }
    plainNames =
        fields.length > 0
            && places.keySet().stream()
                .allMatch(name -> name.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\'));
    ignoresAdditional = schema.additional().equals("ignore");
  }

  @Override
  void read(JsonParser parser, Frame frame) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      parser.nextToken();
    } else if (parser.currentToken() != JsonToken.FIELD_NAME) {
      throw new RefusedInput.Invalid(
          "",
          "wrong_type",
          "expected an object with the fields of the model, got " + Tokens.describe(parser));
    }
    Violations violations = new Violations();
    boolean[] seen = new boolean[fields.length];
    int guess = 0;
    for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
      String name = parser.currentName();
      // Callers usually send fields in the order of the schema.
      int place = guess < fields.length && fields[guess].name.equals(name) ? guess : place(name);
      parser.nextToken();
      if (place < 0) {
        additional(name, parser, violations);
        continue;
      }
      guess = place + 1;
      if (seen[place]) {
        throw new RefusedInput.Malformed("the member \"" + name + "\" occurs twice");
      }
      seen[place] = true;
      value(fields[place], parser, frame, violations);
    }
    for (int i = 0; i < fields.length; i++) {
      if (!seen[i] && !fields[i].nullable) {
        violations.add(
            fields[i].name, "missing_field", "is missing; expected " + fields[i].expected());
      }
    }
    violations.raise();
  }

  @Override
  boolean scan(Cursor in, Frame frame) {
    if (!plainNames || !in.take('{')) {
      return false;
    }
    boolean[] seen = new boolean[fields.length];
    int next = 0;
    do {
      int place = place(in, next);
      if (place < 0 || seen[place] || !in.take(':')) {
        return false;
      }
      seen[place] = true;
      next = place + 1;
      FieldReader field = fields[place];
      if (!(field.nullable && in.takeNull()) && !field.scan(in, frame)) {
        return false;
      }
    } while (in.take(','));
    for (int i = 0; i < fields.length; i++) {
      if (!seen[i] && !fields[i].nullable) {
        return false;
      }
    }
    return in.take('}');
  }

  /// Skips the name of the next member; returns -1 where it is none of the nearest fields.
  ///
  /// @param guess the index of the field, if members come in the order of the schema
  private int place(Cursor in, int guess) {
    int tries = Math.min(fields.length, MOST_TRIES);
    for (int i = 0; i < tries; i++) {
      int place = (guess + i) % fields.length;
      if (in.take(names[place])) {
        return place;
      }
    }
    return -1;
  }

  private static void value(
      FieldReader field, JsonParser parser, Frame frame, Violations violations) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NULL) {
      field.read(parser, frame, violations);
      parser.skipChildren();
    } else if (!field.nullable) {
      violations.add(field.name, "missing_field", "is null; expected " + field.expected());
    }
  }

  private int place(String name) {
    Integer place = places.get(name);
    return place == null ? -1 : place;
  }

  private void additional(String name, JsonParser parser, Violations violations)
      throws IOException {
    parser.skipChildren();
    if (!ignoresAdditional) {
      if (!StrictJson.isWellFormed(name)) {
        throw new RefusedInput.Malformed("a member's name has an unpaired surrogate");
      }
      // There may be millions of unknown members.
      if (!violations.full()) {
        violations.add(
            Tokens.shorten(name),
            "unknown_field",
            "the model has no field \"" + Tokens.shorten(name) + "\"");
      }
    }
  }

  @Override
  Map<String, ColumnPort> columns() {
    return Collections.unmodifiableMap(columns);
  }

  @Override
  boolean hasMember(String name) {
    return places.containsKey(name);
  }

  @Override
  boolean needsDuplicateCheck() {
    return ignoresAdditional;
  }
}
