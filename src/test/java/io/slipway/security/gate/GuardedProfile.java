package io.slipway.security.gate;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.util.List;
import java.util.Map;

/// The whole service with an administrator's key, so that it asks everybody who they are.
public final class GuardedProfile implements QuarkusTestProfile {
  static final String ADMIN = "an-administrators-key-of-the-tests-0123456789";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("slipway.admin.key", ADMIN);
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
  }
}
