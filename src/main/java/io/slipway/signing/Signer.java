package io.slipway.signing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/// Who has signed, as shown to people and written into the history.
///
/// @param name of a key the name that it is trusted by, of a certificate the name that its
///      authority vouches for
public record Signer(String name, Method method) {

  /// `{"by": name, "method": "key" | "certificate"}`.
  public ObjectNode asJson() {
    return JsonNodeFactory.instance.objectNode().put("by", name).put("method", method.lower());
  }

  /// How the signature is bound to the name.
  public enum Method {
    KEY,
    CERTIFICATE;

    /// As the API writes it.
    public String lower() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
