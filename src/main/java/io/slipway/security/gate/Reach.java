package io.slipway.security.gate;

/// Whom a call lets in, and how far a permission has to reach for it.
enum Reach {
  /// Everybody, unasked: health, and the way in.
  OPEN,
  /// Everybody, unless a browser asks for a page: then whoever is known.
  OPEN_BUT_PAGES,
  /// Whoever is known.
  KNOWN,
  /// Who has the permission for the model that the path names.
  MODEL,
  /// Who has the permission for all models: the call tells of all.
  ALL_MODELS,
  /// Who has the permission for any model; the call tells of those alone.
  SOME_MODELS,
  /// Who has the permission for any model; the door asks for the one that the message names.
  DOOR
}
