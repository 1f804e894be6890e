package io.slipway.pipeline.object;

import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Any bytes as the body of a prediction for a record with a field of each kind: read or refused,
/// and by both readers alike.
public final class RequestFuzz {
  private static final int MOST = 100;

  private static final List<Field> FIELDS =
      List.of(
          new Field.StringField("id", false, null, 10, null, null, false, false, false, true),
          new Field.NumberField(
              "price", true, 0.0, null, null, null, null, false, false, false, true),
          new Field.IntegerField(
              "count", true, null, 100.0, null, null, null, false, false, false, true),
          new Field.BooleanField("member", true, null, null, false, false, false, true),
          new Field.CategoryField(
              "plan", true, List.of("a", "b"), "null", 100, null, null, false, false, false, true),
          new Field.DateField(
              "since", true, "2000-01-01", null, null, null, false, false, false, true),
          new Field.TimestampField("at", true, null, null, null, null, false, false, false, true),
          new Field.VectorField("v", 2, true, null, null, null, null, false, false, false, true));

  private static final RequestReader READER = reader();

  private RequestFuzz() {}

  private static RequestReader reader() {
    CompileScope scope = new CompileScope(null, new ArrayList<>());
    ObjectReader object =
        ObjectReader.of(
            new InputSchema.Record(FIELDS, "reject"),
            scope,
            new Graph.Signature(Map.of(), Map.of()));
    return new RequestReader(object, scope.shape());
  }

  public static void fuzzerTestOneInput(byte[] data) {
    String quick = outcome(() -> READER.readJson(data, MOST));
    String thorough = outcome(() -> READER.parse(data, 0, data.length, MOST));
    if (!quick.equals(thorough)) {
      throw new AssertionError("read as " + quick + ", parsed as " + thorough);
    }
  }

  private static String outcome(java.util.function.Supplier<Batch> read) {
    try {
      Batch batch = read.get();
      long refused = batch.rows().stream().filter(Row.Refused.class::isInstance).count();
      return batch.rows().size() + " rows, " + refused + " refused";
    } catch (RefusedInput e) {
      return e.getClass().getSimpleName();
    }
  }
}
