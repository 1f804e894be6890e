package io.slipway.security.gate;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.util.List;
import java.util.Map;

/// The whole service as it starts without any configuration of access; with a database of its own,
/// as its test closes it.
public final class OpenProfile implements QuarkusTestProfile {
  static final String NAMED = "models.example";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("slipway.access.hosts", NAMED);
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
  }
}
