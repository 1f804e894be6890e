package io.slipway.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// One file of an archive that has been checked before, read without unpacking it. The archive
/// stays open until this is closed, even where it is deleted or replaced meanwhile.
public final class ArchivedFile implements AutoCloseable {
  private final ZipFile archive;
  private final ZipEntry entry;

  private ArchivedFile(ZipFile archive, ZipEntry entry) {
    this.archive = archive;
    this.entry = entry;
  }

  /// Opens the file `name` of the archive `zip`.
  ///
  /// @return null where the archive has no such file
  /// @throws InvalidBundle where the archive is damaged
  public static @Nullable ArchivedFile open(Path zip, String name) throws IOException {
    ZipFile archive;
    try {
      archive = new ZipFile(zip.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw damaged(name, e);
    }
    ZipEntry entry = archive.getEntry(name);
    if (entry == null || entry.isDirectory()) {
      archive.close();
      return null;
    }
    return new ArchivedFile(archive, entry);
  }

  /// The content from its start; may be called several times.
  public InputStream read() throws IOException {
    return archive.getInputStream(entry);
  }

  /// Copies the content to `out`.
  ///
  /// @return the digest and size of what was copied
  /// @throws InvalidBundle where the archive is damaged
  public Bundle.Entry copyTo(OutputStream out) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    long size = 0;
    byte[] buffer = new byte[64 << 10];
    try (InputStream in = read()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        sha256.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
      return new Bundle.Entry(Digest.of(sha256), size);
    } catch (ZipException | EOFException e) {
      throw damaged(entry.getName(), e);
    }
  }

  private static InvalidBundle damaged(String name, Exception why) {
    return new InvalidBundle("bad_archive", name, "the archive is damaged: " + why.getMessage());
  }

  @Override
  public void close() {
    try {
      archive.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
