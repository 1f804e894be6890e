package io.slipway.registry;

import java.util.Locale;

/// How far the registration of a version has come. Only a ready version can be promoted.
public enum VersionStatus {
  PENDING,
  READY,
  FAILED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static VersionStatus of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
