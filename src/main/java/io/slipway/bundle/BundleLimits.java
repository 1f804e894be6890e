package io.slipway.bundle;

/// What a bundle may cost.
///
/// @param entries files in the archive
/// @param unpackedBytes all files together
/// @param ratio unpacked bytes for one byte of the archive, overall
/// @param manifestBytes the manifest
/// @param examplesBytes the golden examples' file
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
