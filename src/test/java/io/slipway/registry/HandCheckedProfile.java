package io.slipway.registry;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The registry without ONNX: [HandCheck] in the place of the real check, a small limit on uploads.
public final class HandCheckedProfile implements QuarkusTestProfile {
  /// The largest upload here.
  public static final int MAX_UPLOAD = 300_000;

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(HandCheck.class);
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("slipway.registry.max-upload", Integer.toString(MAX_UPLOAD));
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
  }
}
