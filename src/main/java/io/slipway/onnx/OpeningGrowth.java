package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;

/// The limit on how much the process that checks a bundle may grow while it opens the graphs: a
/// small file must not need gigabytes in every process that serves it.
final class OpeningGrowth {
  /// The memory that the libraries and a tokenizer need by themselves.
  private static final long MOST_BYTES = 512L << 20;

  /// Large tree ensembles need some ten times the size of their file while they are opened.
  private static final long MOST_TIMES = 32;

  private final Bundle bundle;
  private final long files;
  private long before;

  OpeningGrowth(Bundle bundle) {
    this.bundle = bundle;
    this.files = bundle.files().values().stream().mapToLong(Bundle.Entry::size).sum();
  }

  /// Checks the current size.
  ///
  /// @param stage the current activity of the process
  /// @param resident its memory in bytes; 0 where unknown
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
              + " needs more than "
              + ((MOST_BYTES + MOST_TIMES * files) >> 20)
              + " MiB, although the files of the bundle have only "
              + files
              + " bytes: a part of it expands when it is loaded");
    }
  }
}
