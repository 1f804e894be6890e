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
import java.util.LinkedHashMap;
import java.util.Map;

/// Summaries of the graphs of versions, loaded or not. The most recently used are cached, as each
/// requires unpacking the file from the archive.
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
    try (StoredFile file =
        registry.file(detail.version().model(), detail.version().number(), path)) {
      GraphSummary summary = GraphOutline.of(path, file.path());
      synchronized (kept) {
        kept.put(digest, summary);
      }
      return summary;
    }
  }
}
