package io.slipway.registry;

/// Identifies a model by its row id, which other tables refer to, and its name.
interface ModelIdentity {
  long id();

  String name();
}
