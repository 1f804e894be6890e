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

/// A folder with an exported model:
///
/// - `model.json`: `format`, `url` and, as `model`, the registry's description of it;
/// - `history.json`: `entries`, the model's audit log, newest first;
/// - `versions/N.json`: the registry's description of version N; `versions/N.zip`: its archive,
///   unless the version is external.
record ExportFolder(Path path) {
  static final String FORMAT = "slipway-export/1";

  private static final ObjectMapper JSON = new ObjectMapper();

  /// @throws Failure.Misused where it is not an export
  static ExportFolder at(Path path) {
    ExportFolder folder = new ExportFolder(path);
    if (!isOne(path)) {
      throw new Failure.Misused(
          path + " is not an exported model: it has no model.json of " + FORMAT);
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

  /// Whether the version has an archive.
  boolean archived(int number) {
    return !version(number).path("kind").asText().equals("external");
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
      throw new Failure.Misused(path + " cannot be read: " + e.getMessage());
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

  /// @throws Failure.Refused where an archive does not have the digest in its document
  void verify(int number) {
    if (!archived(number)) {
      return;
    }
    String expected = version(number).path("archive_digest").asText();
    try {
      String found = Digest.of(archive(number)).toString();
      if (!found.equals(expected)) {
        throw new Failure.Refused(
            "version %d was changed after the export: its archive has %s, not %s"
                .formatted(number, found, expected),
            List.of());
      }
    } catch (IOException e) {
      throw new Failure.Misused(archive(number) + " cannot be read: " + e.getMessage());
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new Failure.Misused(file + " cannot be read: " + e.getMessage());
    }
  }
}
