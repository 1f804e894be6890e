package io.slipway.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Any bytes as an archive and, behind an `M` or a `Y`, as a manifest in JSON or YAML: read or
/// refused, and nothing written outside of the folder.
public final class ArchiveFuzz {
  private static final BundleLimits LIMITS =
      new BundleLimits(100, 1 << 20, 200, 1 << 16, 1 << 16, 100);
  private static final Path PLACE = place();

  private ArchiveFuzz() {}

  private static Path place() {
    try {
      return Files.createTempDirectory("fuzz");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    if (data.length > 0 && (data[0] == 'M' || data[0] == 'Y')) {
      manifest(Arrays.copyOfRange(data, 1, data.length), data[0] == 'Y');
    } else {
      archive(data);
    }
  }

  private static void manifest(byte[] text, boolean yaml) {
    List<Finding> findings = new ArrayList<>();
    try {
      Manifest manifest =
          new ManifestBinder("bundle.json", findings)
              .bind(yaml ? StrictJson.readYaml(text) : StrictJson.read(text));
      if (manifest == null) {
        if (findings.isEmpty()) {
          throw new AssertionError("refused without a finding");
        }
        return;
      }
      new ManifestCheck(manifest, Set.of("model.onnx"), findings).check();
    } catch (IOException refused) {
      StrictJson.explain(refused).getBytes(StandardCharsets.UTF_8);
    }
  }

  private static void archive(byte[] data) throws IOException {
    Path folder = Files.createDirectory(PLACE.resolve("unpacked"));
    try {
      Path archive = Files.write(PLACE.resolve("archive.zip"), data);
      new BundleReader(LIMITS).read(archive, folder);
    } catch (InvalidBundle refused) {
      if (refused.findings().isEmpty()) {
        throw new AssertionError("refused without a finding");
      }
    } finally {
      remove(folder);
    }
    try (Stream<Path> left = Files.list(PLACE)) {
      if (left.count() > 1) {
        throw new AssertionError("written outside of the folder");
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
