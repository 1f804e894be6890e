package io.slipway.journey;

import io.slipway.bundle.BundleArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Archives to publish.
final class Bundles {
  static final Path SAMPLES = Path.of("models-sample").toAbsolutePath();

  private Bundles() {}

  static byte[] zip(Path folder) {
    try {
      Path zip = Files.createTempFile("journey", ".zip");
      BundleArchive.pack(folder, zip);
      byte[] bytes = Files.readAllBytes(zip);
      Files.delete(zip);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A bundle like `folder`, with another model card, and so with another digest.
  static byte[] variant(Path folder, Path temp, String card) {
    return with(folder, temp, Map.of("README.md", card.getBytes(StandardCharsets.UTF_8)));
  }

  /// A bundle like `folder`, with `more` files, or with others of those names.
  static byte[] with(Path folder, Path temp, Map<String, byte[]> more) {
    try {
      Path copy = Files.createTempDirectory(temp, "variant");
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path target = copy.resolve(folder.relativize(file).toString());
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
      for (Map.Entry<String, byte[]> file : more.entrySet()) {
        Files.write(copy.resolve(file.getKey()), file.getValue());
      }
      return zip(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
