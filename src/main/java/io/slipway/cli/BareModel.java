package io.slipway.cli;

import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.graph.ExternalFiles;
import io.slipway.onnx.graph.ZipMapRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A bare ONNX file with its external weights, from which a bundle of tensors is made.
final class BareModel {
  /// The tokenizer files that steps can read.
  private static final List<String> TOKENIZERS = List.of("tokenizer.json", "vocab.txt");

  /// The name of the model in its bundle.
  static final String MODEL = "model.onnx";

  private static final String MANIFEST = "bundle.json";

  private final Path file;
  private final String name;

  private BareModel(Path file, String name) {
    this.file = file;
    this.name = name;
  }

  /// Whether the path has the name of an ONNX file.
  static boolean is(Path path) {
    return path.toString().endsWith(".onnx");
  }

  static BareModel of(Path file) {
    return new BareModel(file, named(file));
  }

  /// The single model in an exporter's folder: `model.onnx`, or the only ONNX file, in the folder
  /// or its sub-folder `onnx`. A file called `model.onnx` gets the folder's name.
  ///
  /// @throws Failure.Misused where there is none, or several
  static BareModel in(Path folder) {
    for (Path place : List.of(folder, folder.resolve("onnx"))) {
      List<Path> found = onnx(place);
      Path model = place.resolve(MODEL);
      if (found.contains(model)) {
        return new BareModel(model, named(folder.toAbsolutePath().normalize()));
      }
      if (found.size() == 1) {
        return of(found.getFirst());
      }
      if (found.size() > 1) {
        throw new Failure.Misused(
            folder
                + " contains several models, name one of them: "
                + String.join(", ", found.stream().map(Path::toString).toList()));
      }
    }
    throw new Failure.Misused(
        folder + " contains no .onnx file; export the model to ONNX first (docs/how-to)");
  }

  /// The ONNX files in `folder` itself; none where it is not a folder.
  static List<Path> onnx(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(BareModel::is).filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new Failure.Misused(folder + " cannot be read: " + e.getMessage());
    }
  }

  /// A model name derived from that of a file or folder.
  private static String named(Path path) {
    Path last = path.getFileName();
    String name =
        (last == null ? "" : last.toString())
            .replaceFirst("[.]onnx$", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9._-]", "-")
            .replaceFirst("^[._-]+", "");
    return name.isEmpty() ? "model" : name;
  }

  /// The path of the model.
  Path file() {
    return file;
  }

  /// The suggested model name.
  String name() {
    return name;
  }

  /// Writes the bundle into `folder`, which exists and is empty: manifest, model, weights.
  ///
  /// @return the names of the external files that were copied with the model
  /// @throws InvalidBundle where it is not an ONNX file, or one of its files is missing
  List<String> write(Path folder) throws IOException {
    String called = file.getFileName().toString();
    List<String> beside = ExternalFiles.of(called, file);
    for (String data : beside) {
      if (data.equals(MODEL) || data.equals(MANIFEST)) {
        throw new InvalidBundle(
            "unsafe_entry",
            called,
            called + " keeps weights in " + data + ", a name reserved in a bundle");
      }
      if (!Files.isRegularFile(file.resolveSibling(data))) {
        throw new InvalidBundle(
            "external_data_missing",
            called,
            called
                + " keeps weights in "
                + data
                + ", which is missing: put it there, as the exporter wrote it together with "
                + called
                + ", to "
                + file.resolveSibling(data).toAbsolutePath());
      }
    }
    Files.write(folder.resolve(MANIFEST), BundleArchive.manifestOfTensors(name));
    Files.copy(file, folder.resolve(MODEL));
    for (String data : beside) {
      Path to = folder.resolve(data);
      Files.createDirectories(to.getParent());
      Files.copy(file.resolveSibling(data), to);
    }
    return beside;
  }

  /// Copies the tokenizer files beside the model, or in the folder above `onnx`.
  ///
  /// @return their names
  List<String> writeTokenizer(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    for (String tokenizer : TOKENIZERS) {
      Path beside = file.resolveSibling(tokenizer);
      Path above = file.toAbsolutePath().resolveSibling("..").resolve(tokenizer).normalize();
      Path from = Files.isRegularFile(beside) || !inOnnx() ? beside : above;
      if (Files.isRegularFile(from)) {
        Files.copy(from, folder.resolve(tokenizer));
        found.add(tokenizer);
      }
    }
    return found;
  }

  private boolean inOnnx() {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder != null && folder.endsWith("onnx");
  }

  /// Removes the `ZipMap`s from the model that was written into `folder`.
  ///
  /// @return the outputs that replace them
  static List<String> stripZipMap(Path folder) throws IOException {
    Path model = folder.resolve(MODEL);
    Path stripped = folder.resolve("stripped.onnx");
    List<String> outputs = ZipMapRemoval.strip(MODEL, model, stripped);
    if (!outputs.isEmpty()) {
      Files.move(stripped, model, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return outputs;
  }
}
