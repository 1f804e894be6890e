package io.slipway.cli;

import io.slipway.bundle.Bundle;
import io.slipway.signing.Contents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The object of a signature on the command line: a bundle, which is signed as a whole, or any
/// other folder or file, where the format excludes some files.
final class SignedPath implements AutoCloseable {
  private final Path path;
  private final List<String> ignored;
  private final @Nullable LocalBundle local;
  private final @Nullable Bundle bundle;

  private SignedPath(
      Path path, List<String> ignored, @Nullable LocalBundle local, @Nullable Bundle bundle) {
    this.path = path;
    this.ignored = ignored;
    this.local = local;
    this.bundle = bundle;
  }

  static SignedPath at(Path path, List<String> ignored) {
    if (!isBundle(path)) {
      if (!Files.isReadable(path)) {
        throw new Failure.Misused(path + " does not exist or cannot be read");
      }
      return new SignedPath(path, ignored, null, null);
    }
    if (!ignored.isEmpty()) {
      throw new Failure.Misused("a bundle is signed as a whole: --ignore is not for " + path);
    }
    LocalBundle local = LocalBundle.at(path);
    try {
      return new SignedPath(path, ignored, local, local.read());
    } catch (RuntimeException e) {
      local.close();
      throw e;
    }
  }

  private static boolean isBundle(Path path) {
    return Files.isDirectory(path)
        ? Files.exists(path.resolve("bundle.json")) || Files.exists(path.resolve("bundle.yaml"))
        : path.toString().endsWith(".zip");
  }

  /// The folder with the bundle's files; null where it is not a bundle.
  @Nullable Path bundle() {
    return bundle == null ? null : bundle.folder();
  }

  /// The files, without the signature itself.
  ///
  /// @param signature its path; null: the default
  Contents contents(@Nullable Path signature) {
    if (bundle != null) {
      return Contents.of(bundle);
    }
    List<String> without = new ArrayList<>(ignored);
    Path root = path.toAbsolutePath().normalize();
    Path at = (signature == null ? beside() : signature).toAbsolutePath().normalize();
    if (at.startsWith(root) && !at.equals(root)) {
      without.add(root.relativize(at).toString());
    }
    return Contents.of(path, without);
  }

  /// The default path of the signature: inside a bundle or folder, beside a file.
  Path beside() {
    if (bundle != null) {
      return bundle.folder().resolve(Contents.IN_BUNDLE);
    }
    return Files.isDirectory(path)
        ? path.resolve(Contents.IN_BUNDLE)
        : path.resolveSibling(path.getFileName() + ".sig");
  }

  /// Whether every file must be signed.
  boolean strict() {
    return bundle != null;
  }

  @Override
  public void close() {
    if (local != null) {
      local.close();
    }
  }
}
