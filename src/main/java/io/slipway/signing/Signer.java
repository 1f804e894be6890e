package io.slipway.signing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/// A verified signer, for display and for the audit log.
///
/// @param name for a key the name under which it is trusted; for a certificate the name that its
///      authority has certified
public record Signer(String name, Method method) {

  /// `{"by": name, "method": "key" | "certificate"}`.
  public ObjectNode asJson() {
    return JsonNodeFactory.instance.objectNode().put("by", name).put("method", method.lower());
  }

  /// How the signature is bound to the name.
  public enum Method {
    KEY,
    CERTIFICATE;

    /// The name in the API.
    public String lower() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
