package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;

/// What the process that tries a bundle has come to occupy since it began to open the graphs, and
/// the bound on that: a small file must not become gigabytes in every process that serves it,
/// whichever part of it grows.
final class OpeningGrowth {
  /// A library's own needs, and those of a tokenizer.
  private static final long MOST_BYTES = 512L << 20;

  /// Large ensembles of trees take some ten times the bytes of their file while they are opened.
  private static final long MOST_TIMES = 32;

  private final Bundle bundle;
  private final long files;
  private long before;

  OpeningGrowth(Bundle bundle) {
    this.bundle = bundle;
    this.files = bundle.files().values().stream().mapToLong(Bundle.Entry::size).sum();
  }

  /// Takes a look.
  ///
  /// @param stage what the process is doing
  /// @param resident the bytes that it occupies, 0 where that is not known
  /// @throws InvalidBundle where it has grown too much while opening
  void sample(String stage, long resident) {
    if (!stage.startsWith(Trial.OPENING)) {
      before = resident;
    } else if (resident - before > MOST_BYTES + MOST_TIMES * files) {
      String model = bundle.manifest().model().file();
      throw new InvalidBundle(
          "too_large",
          model,
          "opening "
              + model
              + " takes more than "
              + ((MOST_BYTES + MOST_TIMES * files) >> 20)
              + " MiB, though the files of the bundle have only "
              + files
              + " bytes: something in it grows as it is loaded");
    }
  }
}
