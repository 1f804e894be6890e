package io.slipway.bundle;

/// The size limits of a bundle.
///
/// @param entries the number of files
/// @param unpackedBytes of all files together
/// @param ratio of unpacked bytes to bytes of the archive, overall
/// @param manifestBytes of the manifest
/// @param examplesBytes of the file with the golden examples
/// @param examples the number of golden examples
public record BundleLimits(
    int entries,
    long unpackedBytes,
    int ratio,
    int manifestBytes,
    long examplesBytes,
    int examples) {
  /// The limits of format 1.
  public static final BundleLimits DEFAULT =
      new BundleLimits(10_000, 4L << 30, 200, 1 << 20, 64L << 20, 10_000);
}
