package io.slipway.cli;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Digest;
import io.slipway.bundle.Finding;
import io.slipway.bundle.FolderRemoval;
import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A local bundle: a folder, an archive, or a bare ONNX file. Owns a private temporary folder until
/// it is closed.
final class LocalBundle implements AutoCloseable {
  private static final int MOST_NAMED = 4;

  private final Path source;
  private final Path work;
  private List<String> beside = List.of();

  private LocalBundle(Path source, Path work) {
    this.source = source;
    this.work = work;
  }

  static LocalBundle at(Path source) {
    if (!Files.isReadable(source)) {
      throw new Failure.Misused(source + " does not exist or cannot be read");
    }
    try {
      return new LocalBundle(source, Files.createTempDirectory("slipway-bundle"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads and checks the bundle as a registry does.
  ///
  /// @throws Failure.Refused with every finding
  Bundle read() {
    try {
      if (Files.isDirectory(source)) {
        requireManifest();
        return new BundleReader().openSource(source);
      }
      return BareModel.is(source)
          ? new BundleReader().open(content())
          : new BundleReader().admit(source, Files.createDirectory(work.resolve("content")));
    } catch (InvalidBundle e) {
      throw refusal(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads an archive of any files, and returns the digest of its content.
  ///
  /// @throws Failure.Refused with every finding
  Digest files() {
    try {
      return new BundleReader()
          .files(source, Files.createDirectory(work.resolve("content")))
          .digest();
    } catch (InvalidBundle e) {
      throw refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The findings for the user: a bare model is named as on this disk, so that commands in a
  /// finding can be copied.
  Failure.Refused refusal(InvalidBundle invalid) {
    return BareModel.is(source) ? refused(invalid, source.toString()) : refused(invalid);
  }

  /// The same for findings of a registry.
  Failure.Refused refusal(Failure.Refused refused) {
    return BareModel.is(source)
        ? new Failure.Refused(
            refused.status(),
            named(String.valueOf(refused.getMessage()), source.toString()),
            refused.faults().stream().map(fault -> named(fault, source.toString())).toList())
        : refused;
  }

  /// Where the manifest is missing, explains how to create one; a misplaced one is reported by the
  /// reader.
  private void requireManifest() throws IOException {
    try (Stream<Path> near = Files.find(source, 2, (path, attributes) -> isManifest(path))) {
      if (near.findAny().isEmpty()) {
        throw new Failure.Refused(
            source + " is not a bundle yet",
            List.of(
                new Failure.Fault(
                    "missing_manifest",
                    "bundle.json",
                    "the folder has no bundle.json, which declares inputs and"
                        + " outputs; `slipway init "
                        + source
                        + "` creates one for the model in it")));
      }
    }
  }

  private static boolean isManifest(Path path) {
    return path.endsWith("bundle.json") || path.endsWith("bundle.yaml");
  }

  /// The folder with the bundle made of a bare model; written once.
  private Path content() throws IOException {
    Path folder = work.resolve("content");
    if (!Files.exists(folder)) {
      Files.createDirectory(folder);
      beside = BareModel.of(source).write(folder);
    }
    return folder;
  }

  /// The external files of a bare model; after [#read].
  List<String> beside() {
    return beside;
  }

  /// The bundle as one archive; packed once.
  Path archive() {
    Path zip = work.resolve("bundle.zip");
    boolean bare = BareModel.is(source);
    if (!bare && !Files.isDirectory(source)) {
      return source;
    }
    try {
      if (!Files.exists(zip)) {
        BundleArchive.pack(bare ? content() : source, zip);
      }
      return zip;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Failure.Refused refused(InvalidBundle invalid) {
    return refused(invalid, BareModel.MODEL);
  }

  /// @param model the name on this disk of the file `model.onnx` in the bundle
  static Failure.Refused refused(InvalidBundle invalid, String model) {
    List<Failure.Fault> faults =
        invalid.findings().stream().map(finding -> fault(finding, model)).toList();
    return new Failure.Refused(
        faults.size() == 1
            ? "the bundle has a fault"
            : "the bundle has " + faults.size() + " faults",
        faults);
  }

  private static Failure.Fault fault(Finding finding, String model) {
    return named(new Failure.Fault(finding.code(), finding.where(), finding.message()), model);
  }

  private static Failure.Fault named(Failure.Fault fault, String model) {
    return new Failure.Fault(
        fault.code(), named(fault.where(), model), named(fault.message(), model));
  }

  private static String named(String text, String model) {
    return text.replace(BareModel.MODEL, model);
  }

  /// Prints which external files were included with a bare model.
  static void tell(PrintWriter out, List<String> beside) {
    if (!beside.isEmpty()) {
      out.printf(
          "  with its weights in %s%n",
          beside.size() > MOST_NAMED
              ? beside.size() + " files beside it"
              : String.join(", ", beside));
    }
  }

  @Override
  public void close() {
    delete(work);
  }

  /// Deletes a folder with everything in it.
  static void delete(Path folder) {
    try {
      FolderRemoval.now(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
