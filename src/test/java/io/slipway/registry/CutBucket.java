package io.slipway.registry;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.slipway.BlackHole;
import io.slipway.SharedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A bucket of a real server behind a [BlackHole].
public final class CutBucket implements QuarkusTestResourceLifecycleManager {
  private @Nullable SharedStore store;
  private @Nullable BlackHole proxy;

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory("slipway-cut-bucket");
      SharedStore started = SharedStore.start(folder.resolve("bucket"));
      store = started;
      BlackHole before = new BlackHole(started.port());
      proxy = before;
      return started.properties(before.port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (proxy != null) {
      proxy.close();
    }
    if (store != null) {
      store.close();
    }
  }
}
