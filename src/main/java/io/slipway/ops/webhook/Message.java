package io.slipway.ops.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.slipway.registry.RegistryEvent;
import java.nio.charset.StandardCharsets;

/// One event for one target, identical in every try, of whatever replica or release.
///
/// @param id by which receivers recognise repeated deliveries
record Message(String id, byte[] body) {
  /// The body has the number and the hash of the entry of the history that the event tells of, so
  /// that a receiver holds a head of the history.
  static Message of(String target, RegistryEvent event) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", event.kind());
    body.put("timestamp", RegistryEvent.time(event.at()));
    body.putRawValue("data", new RawValue(event.payload()));
    if (event.audit() != null) {
      body.putObject("audit").put("seq", event.audit()).put("hash", event.auditHash());
    }
    return new Message(target + "_" + event.id(), body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
