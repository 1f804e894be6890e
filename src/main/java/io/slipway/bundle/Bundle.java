package io.slipway.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/// A bundle, read, checked for safety and unpacked into a private folder.
///
/// @param digest over all files (`bundle.md`): the identity of the content
/// @param manifest what it says of itself
/// @param files every file by its path inside the bundle, in byte order
/// @param folder where the files lie; nothing else lies there
/// @param examples the golden examples, possibly none
public record Bundle(
    Digest digest,
    Manifest manifest,
    SortedMap<String, Entry> files,
    Path folder,
    List<GoldenExample> examples) {

  /// One file.
  ///
  /// @param size in bytes
  public record Entry(Digest digest, long size) {}

  /// The place of `name` on disk; `name` must be one of [#files].
  public Path path(String name) {
    if (!files.containsKey(name)) {
      throw new InvalidBundle("missing_file", name, "the bundle has no file " + name);
    }
    return folder.resolve(name);
  }
}
