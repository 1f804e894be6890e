package io.slipway.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/// A bundle that was read and checked, in a private folder or inside of its archive.
///
/// @param digest of all files: the identity of the content
/// @param manifest the parsed manifest
/// @param files all files by path, in byte order
/// @param folder with the files and nothing else; of the default file system where they are
///     unpacked, otherwise of one that reads the archive
/// @param examples the golden examples, possibly none
public record Bundle(
    Digest digest,
    Manifest manifest,
    SortedMap<String, Entry> files,
    Path folder,
    List<GoldenExample> examples) {

  /// The digest and size of one file.
  ///
  /// @param size in bytes
  public record Entry(Digest digest, long size) {}

  /// The path of `name` on disk; `name` must be one of [#files].
  public Path path(String name) {
    if (!files.containsKey(name)) {
      throw new InvalidBundle("missing_file", name, "the bundle has no file " + name);
    }
    return folder.resolve(name);
  }
}
