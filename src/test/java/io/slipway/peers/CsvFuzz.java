package io.slipway.peers;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.ColumnPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Any bytes as CSV, without and with a header: objects or refused.
public final class CsvFuzz {
  private static final Map<String, ColumnPort> COLUMNS = columns();

  private CsvFuzz() {}

  private static Map<String, ColumnPort> columns() {
    Map<String, ColumnPort> columns = new LinkedHashMap<>();
    for (String dtype : List.of("float64", "int64", "bool", "string")) {
      columns.put(dtype, new ColumnPort(dtype, 1, false, true));
    }
    return columns;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    for (boolean header : new boolean[] {false, true}) {
      try {
        int size = new Csv(COLUMNS, header, 100).records(data).size();
        if (size > 100) {
          throw new AssertionError(size + " records");
        }
      } catch (RefusedInput refused) {
        refused.getMessage();
      }
    }
  }
}
