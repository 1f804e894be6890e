package io.slipway.registry;

/// Which model: its row, by which the other tables name it, and its name.
interface ModelIdentity {
  long id();

  String name();
}
