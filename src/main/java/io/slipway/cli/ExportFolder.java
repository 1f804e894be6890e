package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A model as it leaves a registry, in a folder:
///
/// - `model.json`: `format`, `url` and, as `model`, what the registry says of it;
/// - `history.json`: `entries`, every one of the model's, newest first;
/// - `versions/N.json`: what the registry says of version N; `versions/N.zip`: its archive.
record ExportFolder(Path path) {
  static final String FORMAT = "slipway-export/1";

  private static final ObjectMapper JSON = new ObjectMapper();

  /// @throws Failure.Misused where it is none
  static ExportFolder at(Path path) {
    ExportFolder folder = new ExportFolder(path);
    if (!isOne(path)) {
      throw new Failure.Misused(path + " is no exported model: it has no model.json of " + FORMAT);
    }
    return folder;
  }

  static boolean isOne(Path path) {
    Path file = path.resolve("model.json");
    return Files.isRegularFile(file) && read(file).path("format").asText().equals(FORMAT);
  }

  JsonNode model() {
    return read(path.resolve("model.json"));
  }

  Path history() {
    return path.resolve("history.json");
  }

  JsonNode version(int number) {
    return read(path.resolve("versions").resolve(number + ".json"));
  }

  Path archive(int number) {
    return path.resolve("versions").resolve(number + ".zip");
  }

  /// The numbers of the versions, ascending.
  List<Integer> versions() {
    try (Stream<Path> files = Files.list(path.resolve("versions"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9]{1,9}[.]json"))
          .map(name -> Integer.valueOf(name.substring(0, name.length() - ".json".length())))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new Failure.Misused(path + " can't be read: " + e.getMessage());
    }
  }

  void write(String name, JsonNode document) {
    try {
      Path file = path.resolve(name);
      Files.createDirectories(file.getParent());
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @throws Failure.Refused where an archive is not what its document says
  void verify(int number) {
    String expected = version(number).path("archive_digest").asText();
    try {
      String found = Digest.of(archive(number)).toString();
      if (!found.equals(expected)) {
        throw new Failure.Refused(
            "version %d is not what was exported: its archive has %s, not %s"
                .formatted(number, found, expected),
            List.of());
      }
    } catch (IOException e) {
      throw new Failure.Misused(archive(number) + " can't be read: " + e.getMessage());
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new Failure.Misused(file + " can't be read: " + e.getMessage());
    }
  }
}
