package io.slipway.openinference;

import io.slipway.Bundles;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registration;
import io.slipway.registry.Registry;
import io.slipway.registry.Upload;
import io.slipway.serving.Selector;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.traffic.ServingTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Puts models into production for tests.
final class Served {
  private static final Path ONNX = Path.of("src", "test", "resources", "onnx");

  private Served() {}

  /// Publishes the bare model `file` as `model`, where that is not served yet.
  static void onnx(
      ServingTable table, Registry registry, Promotions promotions, String model, String file) {
    if (table.peek(model, Selector.PRODUCTION) == null) {
      promote(promotions, onnx(registry, model, file));
    }
  }

  static ModelVersion onnx(Registry registry, String model, String file) {
    try (InputStream body = Files.newInputStream(ONNX.resolve(file + ".onnx"))) {
      return switch (registry.register(
          Upload.streamed(model, body, Upload.Kind.ONNX, false, null, Caller.SYSTEM))) {
        case Registration.Created created -> created.version();
        case Registration.Existing existing -> existing.version();
        case Registration.Checked _, Registration.Readable _ ->
            throw new IllegalStateException("not a dry run");
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Publishes the reference bundle `bundle` as `model`, where that is not served yet.
  static void bundle(
      ServingTable table, Registry registry, Promotions promotions, String model, String bundle) {
    if (table.peek(model, Selector.PRODUCTION) == null) {
      promote(promotions, Bundles.register(registry, model, bundle));
    }
  }

  static void promote(Promotions promotions, ModelVersion version) {
    promotions.promote(
        new Promotion(version.model(), "production", version.number(), null, null, Caller.SYSTEM));
  }
}
