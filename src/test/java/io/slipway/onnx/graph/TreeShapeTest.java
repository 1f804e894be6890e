package io.slipway.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeShapeTest {
  @Test
  void whatNothingSharesIsLoadedAsItIsWritten() {
    TreeShape shape = TreeShape.of("TreeEnsemble", new int[] {1, 2, -1, -1, -1, -1}, list(0));
    assertThat(shape.loaded()).isEqualTo(3 + 4);
    assertThat(shape.depth()).isOne();
  }

  @Test
  void aTreeThatTwoRootsNameIsLoadedTwice() {
    TreeShape shape = TreeShape.of("TreeEnsemble", new int[] {-1, -1}, list(0, 0));
    assertThat(shape.trees()).isEqualTo(2);
    assertThat(shape.loaded()).isEqualTo(6);
  }

  @Test
  void whatTheRuntimeSharesIsLoadedOnce() {
    assertThat(TreeShape.of("TreeEnsembleRegressor", new int[] {1, 1, 2, 2, -1, -1}).loaded())
        .isEqualTo(3);
  }

  @Test
  void copiesAreAsManyAsAWalkOfEveryPathFinds() {
    long seed = 20_261_130L;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      int nodes = random.nextInt(1, 14);
      int[] children = new int[2 * nodes];
      for (int node = 0; node < nodes; node++) {
        for (int side = 0; side < 2; side++) {
          boolean leaf = node == nodes - 1 || random.nextInt(4) == 0;
          children[2 * node + side] = leaf ? -1 : random.nextInt(node + 1, nodes);
        }
      }
      int root = random.nextInt(nodes);
      assertThat(TreeShape.of("TreeEnsemble", children, list(root)).loaded())
          .isEqualTo(walked(children, root));
    }
  }

  private static int walked(int[] children, int node) {
    return node < 0
        ? 1
        : 1 + walked(children, children[2 * node]) + walked(children, children[2 * node + 1]);
  }

  private static IntList list(int... values) {
    IntList list = new IntList(100);
    for (int value : values) {
      list.add(value);
    }
    return list;
  }
}
