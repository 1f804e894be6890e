package io.slipway.registry;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.slipway.BlackHole;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL behind a [CommitCutter].
public final class CutDatabase implements QuarkusTestResourceLifecycleManager {
  private final EmbeddedDatabaseResource database = new EmbeddedDatabaseResource();
  private @Nullable CommitCutter cutter;
  private @Nullable BlackHole proxy;

  @Override
  public Map<String, String> start() {
    Map<String, String> properties = new HashMap<>(database.start());
    String url = properties.get("quarkus.datasource.jdbc.url");
    CommitCutter started = new CommitCutter(URI.create(url.substring("jdbc:".length())).getPort());
    cutter = started;
    BlackHole before = new BlackHole(started.port());
    proxy = before;
    // Statements as text each time, so that the cutter can read them.
    properties.put(
        "quarkus.datasource.jdbc.url",
        "jdbc:postgresql://127.0.0.1:"
            + before.port()
            + "/slipway?sslmode=disable&gssEncMode=disable&prepareThreshold=0");
    return properties;
  }

  @Override
  public void stop() {
    if (proxy != null) {
      proxy.close();
    }
    if (cutter != null) {
      cutter.close();
    }
    database.stop();
  }
}
