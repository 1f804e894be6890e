package io.slipway.cli;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A bundle on this disk: a folder, an archive, or a bare ONNX file. Has a private folder until it
/// is closed.
final class LocalBundle implements AutoCloseable {
  private final Path source;
  private final Path work;

  private LocalBundle(Path source, Path work) {
    this.source = source;
    this.work = work;
  }

  static LocalBundle at(Path source) {
    if (!Files.isReadable(source)) {
      throw new Failure.Misused(source + " is not there, or can't be read");
    }
    try {
      return new LocalBundle(source, Files.createTempDirectory("slipway-bundle"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean bare() {
    return source.getFileName().toString().endsWith(".onnx");
  }

  /// The name for a bare model: that of its file, as far as it can be one.
  private String bareName() {
    String name =
        source
            .getFileName()
            .toString()
            .replaceFirst("[.]onnx$", "")
            .toLowerCase(java.util.Locale.ROOT)
            .replaceAll("[^a-z0-9._-]", "-")
            .replaceFirst("^[._-]+", "");
    return name.isEmpty() ? "model" : name;
  }

  /// The bundle, read and checked as a registry does it.
  ///
  /// @throws Failure.Refused with every finding
  Bundle read() {
    try {
      if (Files.isDirectory(source)) {
        return new BundleReader().open(source);
      }
      return new BundleReader().read(archive(), Files.createDirectory(work.resolve("content")));
    } catch (InvalidBundle e) {
      throw refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bundle as one archive; packed once.
  Path archive() {
    Path zip = work.resolve("bundle.zip");
    if (Files.exists(zip)) {
      return zip;
    }
    if (Files.isDirectory(source)) {
      BundleArchive.pack(source, zip);
      return zip;
    }
    if (bare()) {
      BundleArchive.wrapOnnx(source, bareName(), zip);
      return zip;
    }
    return source;
  }

  static Failure.Refused refused(InvalidBundle invalid) {
    List<Failure.Fault> faults = invalid.findings().stream().map(LocalBundle::fault).toList();
    return new Failure.Refused(
        faults.size() == 1
            ? "the bundle has a fault"
            : "the bundle has " + faults.size() + " faults",
        faults);
  }

  private static Failure.Fault fault(Finding finding) {
    return new Failure.Fault(finding.code(), finding.where(), finding.message());
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(work)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
