package io.slipway.security.gate;

/// Who may use a route, and for which models the permission is required.
enum Reach {
  /// Everyone: health, and sign-in.
  OPEN,
  /// Everyone, except that a browser's page requires an authenticated user.
  OPEN_BUT_PAGES,
  /// Every authenticated caller.
  KNOWN,
  /// Callers with the permission for the model in the path.
  MODEL,
  /// Callers with the permission for all models, as the call is about all.
  ALL_MODELS,
  /// Callers with the permission for any model; the answer contains only these.
  SOME_MODELS,
  /// Callers with the permission for any model; the door checks the model that the message names.
  DOOR
}
