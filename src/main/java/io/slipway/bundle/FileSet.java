package io.slipway.bundle;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of an unpacked archive.
///
/// @param digest over their names, sizes and digests, as of a bundle
/// @param files by name, in byte order of the names
public record FileSet(Digest digest, SortedMap<String, Bundle.Entry> files) {
  public FileSet {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }
}
