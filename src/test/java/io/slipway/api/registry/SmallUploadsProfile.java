package io.slipway.api.registry;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.util.List;
import java.util.Map;

/// The whole service, with a small limit on uploads.
public final class SmallUploadsProfile implements QuarkusTestProfile {
  static final int MAX_UPLOAD = 500_000;

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("slipway.registry.max-upload", Integer.toString(MAX_UPLOAD));
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
  }
}
