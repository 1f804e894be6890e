package io.slipway;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Registration;
import io.slipway.registry.Registry;
import io.slipway.registry.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The reference bundles in `src/test/resources/bundles`.
public final class Bundles {
  private static final Path FOLDER = Path.of("src", "test", "resources", "bundles");

  private Bundles() {}

  /// The folder of the bundle `name`, such as `customer-v1`.
  public static Path folder(String name) {
    return FOLDER.resolve(name);
  }

  public static Bundle open(String name) {
    return new BundleReader().open(folder(name));
  }

  /// Registers the bundle `name` as a version of `model`.
  public static ModelVersion register(Registry registry, String model, String name) {
    try {
      Path zip = Files.createTempFile("slipway-bundle", ".zip");
      Files.delete(zip);
      BundleArchive.pack(folder(name), zip);
      try (InputStream body = Files.newInputStream(zip)) {
        return switch (registry.register(
            Upload.streamed(model, body, Upload.Kind.ZIP, false, null, Caller.SYSTEM))) {
          case Registration.Created created -> created.version();
          case Registration.Existing existing -> existing.version();
          case Registration.Checked _, Registration.Readable _ ->
              throw new IllegalStateException("not a dry run");
        };
      } finally {
        Files.delete(zip);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
