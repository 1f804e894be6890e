package io.slipway.ops.webhook;

import io.slipway.registry.EventKinds;
import io.slipway.registry.RegistryEvent;
import io.slipway.security.ModelScope;

/// A receiver of events, with the events that it wants.
///
/// @param path with the query; as confidential as the secret, as many receivers authenticate by it
record Target(
    String name,
    String host,
    int port,
    String path,
    SigningSecret secret,
    EventKinds kinds,
    ModelScope models) {

  boolean wants(RegistryEvent event) {
    String model = event.model();
    return kinds.match(event.kind()) && (model == null ? models.all() : models.covers(model));
  }

  @Override
  public String toString() {
    return "webhook " + name + " (" + host + ")";
  }
}
