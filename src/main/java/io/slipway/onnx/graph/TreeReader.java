package io.slipway.onnx.graph;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Collects the attributes that describe the structure of one tree ensemble. There are two
/// notations. `TreeEnsembleClassifier` and `TreeEnsembleRegressor` name children by (tree, node)
/// identifiers and mark leaves by mode; `TreeEnsemble` (opset 5) names them by position, with a
/// separate list of leaves.
final class TreeReader {
  /// More nodes than any known ensemble has; keeps the arrays below half a gigabyte.
  static final int MOST_NODES = 12_000_000;

  private final String operator;
  private final Map<String, IntList> lists = new HashMap<>();
  private final BitSet leaves = new BitSet();
  private int modes;

  TreeReader(String operator) {
    this.operator = operator;
  }

  static boolean isTree(String operator) {
    return operator.equals("TreeEnsembleClassifier")
        || operator.equals("TreeEnsembleRegressor")
        || operator.equals("TreeEnsemble");
  }

  /// Whether the attribute with this name affects the structure.
  static boolean isShape(String attribute) {
    return switch (attribute) {
      case "nodes_treeids",
          "nodes_nodeids",
          "nodes_truenodeids",
          "nodes_falsenodeids",
          "nodes_trueleafs",
          "nodes_falseleafs",
          "nodes_modes",
          "tree_roots",
          "leaf_targetids" ->
          true;
      default -> false;
    };
  }

  IntList list(String attribute) {
    return lists.computeIfAbsent(attribute, name -> new IntList(MOST_NODES));
  }

  /// The next entry of `nodes_modes`.
  void mode(String mode) {
    if (modes < MOST_NODES) {
      leaves.set(modes++, mode.equals("LEAF"));
    }
  }

  TreeShape shape() {
    if (lists.values().stream().anyMatch(IntList::faulty)) {
      return TreeShape.broken(
          operator, 0, "it has more than " + MOST_NODES + " nodes or identifiers beyond 32 bits");
    }
    IntList yes = list("nodes_truenodeids");
    IntList no = list("nodes_falsenodeids");
    if (yes.size() != no.size()) {
      return TreeShape.broken(
          operator, yes.size(), yes.size() + " true children, " + no.size() + " false children");
    }
    return operator.equals("TreeEnsemble") ? byPosition(yes, no) : byIdentifier(yes, no);
  }

  private TreeShape byPosition(IntList yes, IntList no) {
    int nodes = yes.size();
    int targets = list("leaf_targetids").size();
    IntList[] sides = {yes, no};
    IntList[] leafs = {list("nodes_trueleafs"), list("nodes_falseleafs")};
    int[] children = new int[2 * nodes];
    for (int side = 0; side < 2; side++) {
      if (leafs[side].size() != nodes) {
        return unequal(nodes);
      }
      for (int node = 0; node < nodes; node++) {
        int child = sides[side].get(node);
        boolean leaf = leafs[side].get(node) != 0;
        if (child < 0 || child >= (leaf ? targets : nodes)) {
          return dangling(nodes, node, child);
        }
        children[2 * node + side] = leaf ? -1 : child;
      }
    }
    IntList roots = list("tree_roots");
    for (int root = 0; root < roots.size(); root++) {
      if (roots.get(root) < 0 || roots.get(root) >= nodes) {
        return dangling(nodes, root, roots.get(root));
      }
    }
    return TreeShape.of(operator, children, roots);
  }

  private TreeShape byIdentifier(IntList yes, IntList no) {
    int nodes = yes.size();
    IntList trees = list("nodes_treeids");
    IntList ids = list("nodes_nodeids");
    if (trees.size() != nodes || ids.size() != nodes || modes != nodes) {
      return unequal(nodes);
    }
    Index index = new Index(trees, ids);
    int[] children = new int[2 * nodes];
    Arrays.fill(children, -1);
    for (int node = 0; node < nodes; node++) {
      if (leaves.get(node)) {
        continue; // the child identifiers of a leaf have no meaning
      }
      for (int side = 0; side < 2; side++) {
        int id = (side == 0 ? yes : no).get(node);
        int child = index.find(trees.get(node), id);
        if (child < 0) {
          return dangling(nodes, node, id);
        }
        children[2 * node + side] = child;
      }
    }
    return index.unique()
        ? TreeShape.of(operator, children)
        : TreeShape.broken(operator, nodes, "two of its nodes have the same identifier");
  }

  private TreeShape unequal(int nodes) {
    return TreeShape.broken(operator, nodes, "the lists of its nodes are not of one length");
  }

  private TreeShape dangling(int nodes, int node, int child) {
    return TreeShape.broken(
        operator, nodes, "node " + node + " has a child " + child + " that does not exist");
  }

  /// Positions by (tree, node) identifier: a hash table with linear probing, as a map of objects
  /// would need ten times the memory.
  private static final class Index {
    private final IntList trees;
    private final IntList ids;
    private final int[] slots; // position + 1
    private boolean unique = true;

    Index(IntList trees, IntList ids) {
      this.trees = trees;
      this.ids = ids;
      slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, ids.size())) * 4)];
      for (int position = 0; position < ids.size(); position++) {
        int slot = slot(trees.get(position), ids.get(position));
        unique &= slots[slot] == 0;
        slots[slot] = position + 1;
      }
    }

    int find(int tree, int id) {
      return slots[slot(tree, id)] - 1;
    }

    boolean unique() {
      return unique;
    }

    private int slot(int tree, int id) {
      long mixed = ((long) tree << 32 | (id & 0xFFFF_FFFFL)) * 0x9E3779B97F4A7C15L;
      int slot = (int) (mixed >>> 33) & (slots.length - 1);
      while (slots[slot] != 0
          && (trees.get(slots[slot] - 1) != tree || ids.get(slots[slot] - 1) != id)) {
        slot = (slot + 1) & (slots.length - 1);
      }
      return slot;
    }
  }
}
