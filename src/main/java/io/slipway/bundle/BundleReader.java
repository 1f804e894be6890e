package io.slipway.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Reads bundles: from an untrusted archive, or from the folder that one was unpacked to.
public final class BundleReader {
  private static final List<String> MANIFESTS = List.of("bundle.json", "bundle.yaml");

  private final BundleLimits limits;

  public BundleReader() {
    this(BundleLimits.DEFAULT);
  }

  public BundleReader(BundleLimits limits) {
    this.limits = limits;
  }

  /// Unpacks an archive that is to be published, as [#read] does.
  ///
  /// @throws InvalidBundle with every finding, also where files are in it that no model needs
  public Bundle admit(Path archive, Path folder) {
    return read(archive, folder, false);
  }

  /// Unpacks `archive` into the empty, private `folder` and reads it. On refusal the folder may
  /// contain some of its files; the caller deletes it.
  ///
  /// @throws InvalidBundle with every finding
  /// @throws UncheckedIOException where the disk fails
  public Bundle read(Path archive, Path folder) {
    return read(archive, folder, true);
  }

  /// Unpacks an archive of any files, which need not be a bundle, into the empty, private `folder`.
  ///
  /// @throws InvalidBundle with every finding
  public FileSet files(Path archive, Path folder) {
    try {
      SortedMap<String, Bundle.Entry> files = new Unpacker(limits).unpack(archive, folder, false);
      if (files.isEmpty()) {
        throw new InvalidBundle("no_files", "archive", "the archive has no files");
      }
      return new FileSet(digest(files), files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Bundle read(Path archive, Path folder, boolean litter) {
    try {
      return bundle(new Unpacker(limits).unpack(archive, folder, litter), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a bundle from the folder it was unpacked to, with the same checks.
  ///
  /// @throws InvalidBundle with every finding
  /// @throws UncheckedIOException where the disk fails
  public Bundle open(Path folder) {
    return open(folder, true);
  }

  /// Reads a bundle inside of its archive, which has been checked before: nothing is unpacked, and
  /// every file is read from the archive. [Bundle#folder] is a folder of another file system, which
  /// the caller closes.
  ///
  /// @throws InvalidBundle with every finding
  /// @throws UncheckedIOException where the disk fails
  public Bundle openArchive(Path archive) {
    FileSystem files;
    try {
      files = FileSystems.newFileSystem(archive, Map.of("accessMode", "readOnly"));
    } catch (ZipException e) {
      throw new InvalidBundle("not_a_zip", "archive", "the archive is damaged: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      return open(files.getPath("/"), true);
    } catch (RuntimeException e) {
      try {
        files.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /// Reads a bundle from the folder of its author, as [BundleArchive#pack] packs it: without files
  /// that no model needs.
  ///
  /// @throws InvalidBundle with every finding
  /// @throws UncheckedIOException where the disk fails
  public Bundle openSource(Path folder) {
    return open(folder, false);
  }

  private Bundle open(Path folder, boolean litter) {
    try {
      return bundle(scan(folder, litter), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The digest of a bundle: SHA-256 over the lines `<sha256> <size> <path>\n` in byte order of the
  /// paths.
  static Digest digest(SortedMap<String, Bundle.Entry> files) {
    MessageDigest sha256 = Digest.sha256();
    for (Map.Entry<String, Bundle.Entry> file : files.entrySet()) {
      String line =
          file.getValue().digest().hex()
              + " "
              + file.getValue().size()
              + " "
              + file.getKey()
              + "\n";
      sha256.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Digest.of(sha256);
  }

  private Bundle bundle(SortedMap<String, Bundle.Entry> files, Path folder) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Manifest manifest = manifest(files, folder, findings);
    List<GoldenExample> examples = List.of();
    if (manifest != null) {
      new ManifestCheck(manifest, files.keySet(), findings).check();
      examples = new ExamplesReader(limits, findings).read(manifest, files, folder);
    }
    if (manifest == null || !findings.isEmpty()) {
      throw new InvalidBundle(findings);
    }
    return new Bundle(digest(files), manifest, files, folder, examples);
  }

  private @Nullable Manifest manifest(
      SortedMap<String, Bundle.Entry> files, Path folder, List<Finding> findings)
      throws IOException {
    List<String> present = MANIFESTS.stream().filter(files::containsKey).toList();
    if (present.size() != 1) {
      findings.add(new Finding("missing_manifest", "bundle.json", manifestFault(files, present)));
      return null;
    }
    String name = present.getFirst();
    if (Files.size(folder.resolve(name)) > limits.manifestBytes()) {
      findings.add(
          new Finding(
              "too_large",
              name,
              "the manifest is over "
                  + limits.manifestBytes()
                  + " bytes; move long lists into files of the bundle"));
      return null;
    }
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    try {
      JsonNode json = name.endsWith(".yaml") ? StrictJson.readYaml(bytes) : StrictJson.read(bytes);
      return new ManifestBinder(name, findings).bind(json);
    } catch (IOException e) {
      findings.add(new Finding("bad_manifest", name, StrictJson.explain(e)));
      return null;
    }
  }

  private static String manifestFault(SortedMap<String, Bundle.Entry> files, List<String> present) {
    if (present.size() > 1) {
      return "the bundle has both bundle.json and bundle.yaml; only one is allowed";
    }
    return files.keySet().stream()
        .filter(name -> name.endsWith("/bundle.json") || name.endsWith("/bundle.yaml"))
        .findFirst()
        .map(
            name ->
                "expected at the top level, found "
                    + name
                    + ": pack the folder's content, not the folder")
        .orElse("the archive has no bundle.json at its top level");
  }

  private SortedMap<String, Bundle.Entry> scan(Path folder, boolean litter) throws IOException {
    SortedMap<String, Bundle.Entry> files = new TreeMap<>(EntryNames.BYTE_ORDER);
    EntryNames names = new EntryNames();
    List<Finding> findings = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name =
                folder
                    .relativize(file)
                    .toString()
                    .replace(file.getFileSystem().getSeparator(), "/");
            if (!litter && Litter.is(name)) {
              return FileVisitResult.CONTINUE;
            }
            String fault = attributes.isRegularFile() ? names.add(name) : "is not a plain file";
            if (fault != null) {
              findings.add(new Finding("unsafe_entry", name, fault));
            } else {
              files.put(name, new Bundle.Entry(Digest.of(file), attributes.size()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    if (!findings.isEmpty()) {
      throw new InvalidBundle(findings);
    }
    return files;
  }
}
