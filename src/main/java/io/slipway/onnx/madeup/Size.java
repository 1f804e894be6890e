package io.slipway.onnx.madeup;

import org.jspecify.annotations.Nullable;

/// A dimension of a value somewhere in the graph; those that are equal have one root.
final class Size {
  private @Nullable Size root;

  /// Its size, -1 where it is free.
  private long fixed = -1;

  /// The least that it may be.
  private long least;

  static Size free() {
    return new Size();
  }

  static Size of(long fixed) {
    Size size = new Size();
    size.fixed = fixed;
    return size;
  }

  /// The one that stands for all that are equal to it.
  Size root() {
    Size at = this;
    for (Size up = at.root; up != null; up = at.root) {
      at = up;
    }
    return at;
  }

  /// Makes both equal; where both are fixed already, nothing can be done.
  void equal(Size other) {
    Size a = root();
    Size b = other.root();
    if (a == b || a.fixed >= 0 && b.fixed >= 0) {
      return;
    }
    Size keep = a.fixed >= 0 ? a : b;
    Size gone = keep == a ? b : a;
    keep.least = Math.max(keep.least, gone.least);
    gone.root = keep;
  }

  /// What it is, -1 where it is free.
  long fixed() {
    return root().fixed;
  }

  /// The size that is as good as `wanted` and may be.
  long size(long wanted) {
    Size root = root();
    return root.fixed >= 0 ? root.fixed : Math.max(wanted, root.least);
  }

  /// Makes it at least `size`, where it is free.
  void atLeast(long size) {
    Size root = root();
    root.least = Math.max(root.least, size);
  }
}
