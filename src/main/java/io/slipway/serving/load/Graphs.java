package io.slipway.serving.load;

import io.slipway.bundle.Digest;
import io.slipway.bundle.GraphSummary;
import io.slipway.onnx.graph.GraphOutline;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.StoredFile;
import io.slipway.registry.VersionDetail;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Summaries of the graphs of versions, loaded or not. The most recently used are cached, as each
/// requires reading the whole file from the archive into memory.
@Singleton
public final class Graphs {
  private static final int KEPT = 128;

  private final Registry registry;
  private final Map<Digest, GraphSummary> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, GraphSummary> eldest) {
          return size() > KEPT;
        }
      };

  /// Held while a graph is in memory, so that there is one at a time: it may have gigabytes.
  private final Object reading = new Object();

  @Inject
  Graphs(Registry registry) {
    this.registry = registry;
  }

  /// The summary of one version's graph; blocks on the store where it is not cached.
  public GraphSummary of(String model, int number) {
    return of(registry.detail(model, number));
  }

  /// As [#of(String, int)].
  ///
  /// @throws Refusal.NotFound if the version is not a bundle
  public GraphSummary of(VersionDetail detail) {
    if (!detail.version().bundle()) {
      throw new Refusal.NotFound(detail.version().unservable());
    }
    Digest digest = detail.version().digest();
    synchronized (kept) {
      GraphSummary there = kept.get(digest);
      if (there != null) {
        return there;
      }
    }
    String path = detail.manifest().at("/model/file").asText();
    synchronized (reading) {
      try (StoredFile file =
              registry.file(detail.version().model(), detail.version().number(), path);
          InputStream in = file.read()) {
        GraphSummary summary = GraphOutline.of(path, in, file.size());
        synchronized (kept) {
          kept.put(digest, summary);
        }
        return summary;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
