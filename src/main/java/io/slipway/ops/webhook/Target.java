package io.slipway.ops.webhook;

import io.slipway.registry.RegistryEvent;
import io.slipway.security.ModelScope;
import java.util.Set;

/// A receiver of events, with the events that it wants.
///
/// @param path with the query; as confidential as the secret, as many receivers authenticate by it
record Target(
    String name,
    String host,
    int port,
    String path,
    SigningSecret secret,
    Set<RegistryEvent.Kind> kinds,
    ModelScope models) {

  boolean wants(RegistryEvent event) {
    return kinds.contains(event.kind()) && models.covers(event.model());
  }

  @Override
  public String toString() {
    return "webhook " + name + " (" + host + ")";
  }
}
