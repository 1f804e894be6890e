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

/// An ONNX file by itself, with the files beside it in which it keeps its weights: what a bundle of
/// tensors is made of.
final class BareModel {
  /// What the steps of a bundle can read.
  private static final List<String> TOKENIZERS = List.of("tokenizer.json", "vocab.txt");

  /// What the model is called in its bundle.
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

  /// The one model of a folder, as exporters of tokenizer and network write it: `model.onnx`, or
  /// the only ONNX file, there or in the sub-folder `onnx`. Where it is called `model.onnx`, the
  /// folder
  /// names it.
  ///
  /// @throws Failure.Misused where there is none, or no telling which
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
                + " has several models, name one of them: "
                + String.join(", ", found.stream().map(Path::toString).toList()));
      }
    }
    throw new Failure.Misused(
        folder + " has no .onnx file; export the model to ONNX first (docs/how-to)");
  }

  /// The ONNX files that lie in `folder` itself; none where it is no folder.
  static List<Path> onnx(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(BareModel::is).filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new Failure.Misused(folder + " can't be read: " + e.getMessage());
    }
  }

  /// A model's name from that of a file or folder, as far as it can be one.
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

  /// Where the model lies on this disk.
  Path file() {
    return file;
  }

  /// What the model may be called.
  String name() {
    return name;
  }

  /// Writes the bundle into `folder`, which exists and is empty: manifest, model, weights.
  ///
  /// @return the files that came along with the model, by their names in the bundle
  /// @throws InvalidBundle where it is no ONNX file, or a file of its weights is missing
  List<String> write(Path folder) throws IOException {
    String called = file.getFileName().toString();
    List<String> beside = ExternalFiles.of(called, file);
    for (String data : beside) {
      if (data.equals(MODEL) || data.equals(MANIFEST)) {
        throw new InvalidBundle(
            "unsafe_entry",
            called,
            called
                + " keeps weights in "
                + data
                + ", a name that a bundle needs for something else");
      }
      if (!Files.isRegularFile(file.resolveSibling(data))) {
        throw new InvalidBundle(
            "external_data_missing",
            called,
            called
                + " keeps weights in "
                + data
                + ", which is missing: put it, as the exporter wrote it together with "
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

  /// Copies the tokenizer's files that lie beside the model, or in the folder above `onnx`.
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

  /// Takes the `ZipMap`s out of the model that was written into `folder`.
  ///
  /// @return the outputs that there are now in their place
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
