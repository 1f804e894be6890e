package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Recurrent networks: the sequences of a batch are independent.
final class Recurrences {
  private Recurrences() {}

  static void addTo(Map<String, Rule> rules) {
    for (String name : List.of("LSTM", "GRU", "RNN")) {
      rules.put(name, Recurrences::sequences);
    }
  }

  private static List<Flow> sequences(Place place) {
    boolean batchFirst = place.whole("layout", 0) != 0;
    Known x = place.data(0);
    for (int i : new int[] {1, 2, 3, 7}) {
      if (place.has(i)) {
        place.fixed(i);
      }
    }
    int axis = batchFirst ? 0 : 1;
    if (!x.hasRows()) {
      for (int i = 4; i < 7; i++) {
        if (place.has(i)) {
          place.fixed(i);
        }
      }
      return place.allFixed();
    }
    if (x.axis() != axis) {
      throw place.mixes("passes values from row to row");
    }
    lengths(place, x);
    state(place, x, 5, axis);
    state(place, x, 6, axis);
    List<Dim> shape = place.shape(x);
    Dim directions = Dim.of(place.text("direction", "forward").equals("bidirectional") ? 2 : 1);
    Dim hidden =
        place.attribute("hidden_size") == null
            ? place.symbols().fresh()
            : Dim.of(place.whole("hidden_size", 0));
    Dim rows = shape.get(axis);
    Dim steps = shape.get(1 - axis);
    Known all =
        batchFirst
            ? Known.rows(List.of(rows, steps, directions, hidden), 0, x.outer())
            : Known.rows(List.of(steps, directions, rows, hidden), 2, x.outer());
    Known last =
        batchFirst
            ? Known.rows(List.of(rows, directions, hidden), 0, x.outer())
            : Known.rows(List.of(directions, rows, hidden), 1, x.outer());
    List<Flow> outputs = new ArrayList<>(List.of(all, last));
    if (place.node().operator().equals("LSTM")) {
      outputs.add(last);
    }
    return outputs;
  }

  private static void lengths(Place place, Known x) {
    Known lengths = given(place, 4);
    if (lengths != null && !(lengths.axis() == 0 && lengths.outer().equals(x.outer()))) {
      throw place.undecided("has lengths that are not those of its rows");
    }
  }

  private static void state(Place place, Known x, int index, int axis) {
    Known state = given(place, index);
    if (state != null && !(state.axis() == axis && state.outer().equals(x.outer()))) {
      throw place.undecided("has a state that is not that of its rows");
    }
  }

  private static @Nullable Known given(Place place, int index) {
    return place.has(index) ? place.data(index) : null;
  }
}
