package io.slipway.onnx.graph;

import io.slipway.onnx.graph.OnnxFile.Operator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The number of nodes of a model after the runtime has inlined its functions: functions that call
/// functions grow exponentially.
final class ExpandedSize {
  /// The size of a function that calls itself, directly or indirectly.
  static final long ENDLESS = Long.MAX_VALUE;

  /// The size where there are too many nodes to count, or functions are nested too deep.
  static final long COUNTLESS = ENDLESS - 1;

  private static final int MOST_LEVELS = 200;

  private final Map<Operator, Map<Operator, Long>> functions;
  private final Map<Operator, Long> sizes = new HashMap<>();
  private final Set<Operator> open = new HashSet<>();

  private ExpandedSize(Map<Operator, Map<Operator, Long>> functions) {
    this.functions = functions;
  }

  static long of(OnnxFile file) {
    return of(file.body(), file.functions());
  }

  /// @param calls the operators of the graph, each with its number of uses
  /// @param functions the operators in the body of each function, likewise
  static long of(Map<Operator, Long> calls, Map<Operator, Map<Operator, Long>> functions) {
    return new ExpandedSize(functions).body(calls);
  }

  private long body(Map<Operator, Long> calls) {
    long nodes = 0;
    for (Map.Entry<Operator, Long> call : calls.entrySet()) {
      nodes = plus(nodes, times(call.getValue(), call(call.getKey())));
    }
    return nodes;
  }

  private long call(Operator operator) {
    Map<Operator, Long> body = functions.get(operator);
    if (body == null) {
      return 1;
    }
    Long known = sizes.get(operator);
    if (known != null) {
      return known;
    }
    if (open.contains(operator)) {
      return ENDLESS;
    }
    if (open.size() == MOST_LEVELS) {
      return COUNTLESS;
    }
    open.add(operator);
    long size = body(body);
    open.remove(operator);
    sizes.put(operator, size);
    return size;
  }

  private static long plus(long a, long b) {
    if (a == ENDLESS || b == ENDLESS) {
      return ENDLESS;
    }
    return a > COUNTLESS - b ? COUNTLESS : a + b;
  }

  /// @param times at least one
  private static long times(long times, long size) {
    if (size == ENDLESS) {
      return ENDLESS;
    }
    return size != 0 && times > COUNTLESS / size ? COUNTLESS : times * size;
  }
}
