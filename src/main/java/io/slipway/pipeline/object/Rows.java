package io.slipway.pipeline.object;

import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.ArrayList;
import java.util.List;

/// Collects the rows of one batch. All rows together keep as many violations as an answer lists;
/// each further refused row keeps its first one only, as ten thousand rows with a hundred
/// violations each would fill the heap.
final class Rows {
  private final List<Row> rows = new ArrayList<>();
  private int room = RefusedInput.Invalid.MOST;

  int size() {
    return rows.size();
  }

  void add(Frame frame) {
    rows.add(new Row.Read(frame));
  }

  void refuse(RefusedInput why) {
    RefusedInput kept = why;
    if (why instanceof RefusedInput.Invalid invalid) {
      RefusedInput.Invalid first = invalid.first(Math.max(1, room));
      room -= first.violations().size();
      kept = first;
    }
    rows.add(new Row.Refused(kept));
  }

  List<Row> all() {
    return rows;
  }
}
