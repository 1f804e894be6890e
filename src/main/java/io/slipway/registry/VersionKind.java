package io.slipway.registry;

import java.util.Locale;

/// What the registry keeps of a version, and so what can be done with it.
public enum VersionKind {
  /// A checked bundle. It can be served.
  BUNDLE,
  /// An archive of any files. They can be downloaded, not served.
  FILES,
  /// The place of content that is elsewhere. There is nothing to download or to serve.
  EXTERNAL;

  /// The name in the API and in the database.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static VersionKind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
