package io.slipway.console;

import io.slipway.bundle.Digest;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The console's style sheet, scripts and logo, read once at start. Their URL contains a hash of
/// them all, so that browsers may cache them for ever and never mix scripts of two builds.
@Singleton
final class Assets {
  private static final String SCRIPT = "text/javascript;charset=UTF-8";
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("access.js", SCRIPT),
          Map.entry("acts.js", SCRIPT),
          Map.entry("console.css", "text/css;charset=UTF-8"),
          Map.entry("console.js", SCRIPT),
          Map.entry("lossless.js", SCRIPT),
          Map.entry("page.js", SCRIPT),
          Map.entry("parts.js", SCRIPT),
          Map.entry("problem.js", SCRIPT),
          Map.entry("publish.js", SCRIPT),
          Map.entry("snippets.js", SCRIPT),
          Map.entry("try.js", SCRIPT),
          Map.entry("mark.svg", "image/svg+xml"));

  private final Map<String, Asset> assets = new TreeMap<>();
  private final String build;

  /// @param type its media type
  record Asset(String type, byte[] bytes) {}

  Assets() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    TYPES.forEach((name, type) -> assets.put(name, new Asset(type, read(name))));
    assets.values().forEach(asset -> all.writeBytes(asset.bytes()));
    build = Words.brief(Digest.of(all.toByteArray()));
  }

  private static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("/console/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The hash of the content of all assets.
  String build() {
    return build;
  }

  @Nullable Asset find(String name) {
    return assets.get(name);
  }
}
