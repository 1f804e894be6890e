package io.slipway.onnx.graph;

import org.jspecify.annotations.Nullable;

/// The structure of the trees in one ensemble. The runtime builds trees by recursion, so a deep or
/// circular one crashes the process that opens it. In the newer notation the runtime copies nodes
/// that two branches share, so a few nodes can become millions.
///
/// @param operator such as `TreeEnsembleClassifier`
/// @param nodes the number of nodes in the file
/// @param trees the number of named roots; 1 where the notation names none
/// @param depth the largest number of edges from a root to a leaf
/// @param loaded the number of nodes, leaves included, after the runtime's copying; [#COUNTLESS]
///       or more where there are too many
/// @param fault why these are not trees; null where they are
record TreeShape(
    String operator, int nodes, int trees, int depth, int loaded, @Nullable String fault) {
  static final int COUNTLESS = Integer.MAX_VALUE;

  /// Trees whose shared nodes are not copied.
  ///
  /// @param children two entries per node, the indices of its children; -1 for none
  static TreeShape of(String operator, int[] children) {
    return of(operator, children, null);
  }

  /// Visits all trees from their roots at once, each node after all its parents (Kahn's topological
  /// order): linear, without recursion; nodes that are never reached are on a cycle.
  ///
  /// @param children two entries per node, the indices of its children; -1 for a leaf
  /// @param roots where the runtime copies each node for each path from one of these; null where
  ///       shared nodes are not copied
  static TreeShape of(String operator, int[] children, @Nullable IntList roots) {
    int nodes = children.length / 2;
    int[] parents = new int[nodes];
    for (int child : children) {
      if (child >= 0) {
        parents[child]++;
      }
    }
    int[] order = new int[nodes];
    int found = 0;
    for (int node = 0; node < nodes; node++) {
      if (parents[node] == 0) {
        order[found++] = node;
      }
    }
    int[] depths = new int[nodes];
    int deepest = 0;
    for (int done = 0; done < found; done++) {
      int node = order[done];
      deepest = Math.max(deepest, depths[node]);
      for (int side = 0; side < 2; side++) {
        int child = children[2 * node + side];
        if (child >= 0) {
          depths[child] = Math.max(depths[child], depths[node] + 1);
          if (--parents[child] == 0) {
            order[found++] = child;
          }
        }
      }
    }
    if (found < nodes) {
      return broken(operator, nodes, (nodes - found) + " of its nodes are on or behind a cycle");
    }
    return roots == null
        ? new TreeShape(operator, nodes, 1, deepest, nodes, null)
        : new TreeShape(
            operator, nodes, roots.size(), deepest, copied(children, order, roots), null);
  }

  /// The number of nodes and leaves after copying: that of a node is one more than its children's
  /// together, so children are counted first.
  private static int copied(int[] children, int[] order, IntList roots) {
    int[] copies = new int[order.length];
    for (int done = order.length - 1; done >= 0; done--) {
      int node = order[done];
      long below = 0;
      for (int side = 0; side < 2; side++) {
        int child = children[2 * node + side];
        below += child < 0 ? 1 : copies[child];
      }
      copies[node] = (int) Math.min(COUNTLESS, 1 + below);
    }
    long all = 0;
    for (int root = 0; root < roots.size(); root++) {
      all += copies[roots.get(root)];
    }
    return (int) Math.min(COUNTLESS, all);
  }

  static TreeShape broken(String operator, int nodes, String fault) {
    return new TreeShape(operator, nodes, 0, 0, nodes, fault);
  }
}
