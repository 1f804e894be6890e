package io.slipway.ops.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.RegistryEvent;
import java.nio.charset.StandardCharsets;

/// One event for one target, identical in every try.
///
/// @param id by which receivers recognise repeated deliveries
record Message(String id, byte[] body) {
  private static final int ENOUGH_OF_THE_HASH = 16;

  /// The id contains the target and the entry of the audit log; the entry's hash distinguishes this
  /// registry from others with a target of the same name. The body has the number and the hash of
  /// the entry, so that a receiver holds a head of the history.
  static Message of(String target, AuditEntry entry, RegistryEvent event) {
    String id = target + "_" + entry.seq() + "_" + entry.hash().substring(0, ENOUGH_OF_THE_HASH);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", event.kind().label());
    body.put("timestamp", event.at().toString());
    body.set("data", event.json());
    body.putObject("audit").put("seq", entry.seq()).put("hash", entry.hash());
    return new Message(id, body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
