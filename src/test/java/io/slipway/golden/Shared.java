package io.slipway.golden;

import java.nio.file.Files;
import java.nio.file.Path;

/// The larger set of reference data, for those who have it beside the project.
final class Shared {
  /// The folder `data`; it may be absent.
  static final Path DATA =
      Path.of(System.getProperty("slipway.shared", "../shared")).resolve("data");

  private Shared() {}

  static boolean isPresent() {
    return Files.isDirectory(DATA);
  }
}
