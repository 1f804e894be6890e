package io.slipway.ops;

import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.InvalidBundle;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelQuery;
import io.slipway.registry.Promotion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registration;
import io.slipway.registry.Registry;
import io.slipway.registry.Upload;
import io.slipway.serving.Unserved;
import io.slipway.serving.load.Promotions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Fills an empty registry with the sample bundles, by the regular calls: each version is published
/// and promoted in turn, so that every sample has a previous version to roll back to.
@Singleton
final class SampleBundles {
  private static final Logger LOG = Logger.getLogger(SampleBundles.class);
  private static final Caller CALLER = new Caller("samples", null);

  private final SamplesConfig config;
  private final Registry registry;
  private final Promotions promotions;

  @Inject
  SampleBundles(SamplesConfig config, Registry registry, Promotions promotions) {
    this.config = config;
    this.registry = registry;
    this.promotions = promotions;
  }

  /// Publishes and promotes the samples where they are enabled and the registry is empty.
  ///
  /// @param progress receives a line per step
  void publish(Consumer<String> progress) {
    if (!config.enabled() || config.dir().isEmpty() || !isEmpty()) {
      return;
    }
    List<Path> versions = versions(config.dir().get());
    if (versions.isEmpty()) {
      LOG.warnf("There are no sample bundles in %s", config.dir().get());
      return;
    }
    progress.accept("The registry is empty: publishing " + versions.size() + " sample bundles.");
    for (Path version : versions) {
      try {
        progress.accept("  " + publish(version));
      } catch (InvalidBundle | Refusal | Unserved e) {
        LOG.errorf(e, "The sample %s was not published", version);
        progress.accept("  " + version + " was not published: " + e.getMessage());
      }
    }
  }

  private boolean isEmpty() {
    return registry
        .list(new ModelQuery(null, List.of(), null, ModelQuery.ANY, null, 1))
        .items()
        .isEmpty();
  }

  private String publish(Path folder) {
    long started = System.nanoTime();
    String model = new BundleReader().open(folder).manifest().model().name();
    Registration registration = register(model, folder);
    int version =
        switch (registration) {
          case Registration.Created created -> created.version().number();
          case Registration.Existing existing -> existing.version().number();
          case Registration.Checked _, Registration.Readable _ ->
              throw new IllegalStateException("not a dry run");
        };
    promotions.promote(new Promotion(model, "production", version, "sample", null, CALLER));
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    return "%-16s version %d checked, published and in production (%.1f s)"
        .formatted(model, version, took.toMillis() / 1000.0);
  }

  private Registration register(String model, Path folder) {
    try {
      Path zip = Files.createTempFile("slipway-sample", ".zip");
      try {
        BundleArchive.pack(folder, zip);
        try (InputStream body = Files.newInputStream(zip)) {
          return registry.register(
              Upload.streamed(model, body, Upload.Kind.ZIP, false, null, CALLER));
        }
      } finally {
        Files.deleteIfExists(zip);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bundle folders `<sample>/v<n>`, sorted, so that versions are in order; or only `root`,
  /// where that is a bundle itself.
  private static List<Path> versions(Path root) {
    if (Files.exists(root.resolve("bundle.json"))) {
      return List.of(root);
    }
    try (Stream<Path> folders =
        Files.find(root, 2, (path, attributes) -> attributes.isDirectory())) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("v[0-9]+"))
          .filter(folder -> Files.exists(folder.resolve("bundle.json")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
