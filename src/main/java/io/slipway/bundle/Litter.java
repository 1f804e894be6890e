package io.slipway.bundle;

import java.util.Locale;
import java.util.Set;

/// Files that programs leave behind and no model needs: of version control, of desktops, of
/// interpreters. They are left out where a folder is packed, and refused in an archive that is
/// published. An archive from before this rule may have them.
final class Litter {
  private static final Set<String> FOLDERS =
      Set.of(".git", ".svn", ".hg", "__pycache__", "__macosx", ".ipynb_checkpoints");

  private static final Set<String> FILES = Set.of(".ds_store", "thumbs.db", "desktop.ini");

  private Litter() {}

  /// Whether the file or folder `path` is litter, or lies in some.
  static boolean is(String path) {
    for (String segment : path.toLowerCase(Locale.ROOT).split("/", -1)) {
      if (FOLDERS.contains(segment)
          || FILES.contains(segment)
          || segment.startsWith("._")
          || segment.endsWith(".pyc")) {
        return true;
      }
    }
    return false;
  }
}
