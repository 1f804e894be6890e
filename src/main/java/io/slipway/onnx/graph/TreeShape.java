package io.slipway.onnx.graph;

import org.jspecify.annotations.Nullable;

/// The shape of the trees in one tree ensemble. The runtime builds trees by recursion, so a deep or
/// circular one ends the process that opens it; and what two branches share in the newer notation,
/// it copies for each of them, so a few nodes can become millions.
///
/// @param operator such as `TreeEnsembleClassifier`
/// @param nodes as they are written
/// @param trees how many roots are named; 1 where the notation names none
/// @param depth the most edges from a root to a leaf
/// @param loaded how many nodes, leaves included, the runtime makes of them; [#COUNTLESS]: that
///       many or more
/// @param fault what makes it no tree at all; null where it is one
record TreeShape(
    String operator, int nodes, int trees, int depth, int loaded, @Nullable String fault) {
  static final int COUNTLESS = Integer.MAX_VALUE;

  /// Trees whose shared nodes the runtime shares too.
  ///
  /// @param children two entries a node, its children's indices, -1 for none
  static TreeShape of(String operator, int[] children) {
    return of(operator, children, null);
  }

  /// Walks all trees from their roots at once, each node when all its parents are done (Kahn's
  /// topological order): linear, without recursion, and what is left over lies on a circle.
  ///
  /// @param children two entries a node, its children's indices, -1 for a leaf
  /// @param roots where the runtime copies each node for each path from one of these; null where it
  ///       shares what is shared
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
      return broken(operator, nodes, (nodes - found) + " of its nodes lie on or behind a circle");
    }
    return roots == null
        ? new TreeShape(operator, nodes, 1, deepest, nodes, null)
        : new TreeShape(
            operator, nodes, roots.size(), deepest, copied(children, order, roots), null);
  }

  /// The nodes and leaves of all trees once each path has its own: a node's are one more than its
  /// children's, so children are counted first.
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
