package io.slipway.security.gate;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.util.List;
import java.util.Map;

/// The whole service as it starts without keys, behind a proxy; with a database of its own,
/// as its test closes it.
public final class OpenProfile implements QuarkusTestProfile {
  static final String NAMED = "models.example";

  /// The origin whose pages may call.
  static final String ORIGIN = "https://tools.example";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "slipway.access.hosts", NAMED,
        "slipway.access.origins", ORIGIN,
        "slipway.gateway.forwarded-prefix", "true");
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
  }
}
