package io.slipway.ops.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.RegistryEvent;
import java.nio.charset.StandardCharsets;

/// One event for one target, the same at every try.
///
/// @param id by which a receiver knows that it has had it
record Message(String id, byte[] body) {
  private static final int ENOUGH_OF_THE_HASH = 16;

  /// The id names the target and the entry of the history, and the entry's hash tells this registry
  /// from any other that has a target of that name.
  static Message of(String target, AuditEntry entry, RegistryEvent event) {
    String id = target + "_" + entry.seq() + "_" + entry.hash().substring(0, ENOUGH_OF_THE_HASH);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", event.kind().label());
    body.put("timestamp", event.at().toString());
    body.set("data", event.json());
    return new Message(id, body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
