package io.slipway.onnx.graph;

import org.jspecify.annotations.Nullable;

/// The shape of the trees in one tree ensemble. The runtime builds trees by recursion, so a deep or
/// circular one ends the process that opens it.
///
/// @param operator such as `TreeEnsembleClassifier`
/// @param depth the most edges from a root to a leaf
/// @param fault what makes it no tree at all; null where it is one
record TreeShape(String operator, int nodes, int depth, @Nullable String fault) {

  /// Walks all trees from their roots at once, each node when all its parents are done (Kahn's
  /// topological order): linear, without recursion, and what is left over lies on a circle.
  ///
  /// @param children two entries a node, its children's indices, -1 for none
  static TreeShape of(String operator, int[] children) {
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
    return found == nodes
        ? new TreeShape(operator, nodes, deepest, null)
        : broken(operator, nodes, (nodes - found) + " of its nodes lie on or behind a circle");
  }

  static TreeShape broken(String operator, int nodes, String fault) {
    return new TreeShape(operator, nodes, 0, fault);
  }
}
