package io.slipway.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Unpacks untrusted archives: names are checked before anything is written, sizes during writing,
/// and every file is newly created, so that no link is followed and nothing is overwritten.
final class Unpacker {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final String UNSAFE = "unsafe_entry";

  private final BundleLimits limits;

  Unpacker(BundleLimits limits) {
    this.limits = limits;
  }

  /// Unpacks `archive` into the empty `folder`.
  ///
  /// @param litter whether files that no model needs are taken, as archives from before have them
  /// @return every file with digest and size
  /// @throws InvalidBundle with every unsafe entry
  SortedMap<String, Bundle.Entry> unpack(Path archive, Path folder, boolean litter)
      throws IOException {
    ZipDirectory directory = ZipDirectory.read(archive, limits);
    requireReadable(directory, litter);
    try (ZipFile zip = new ZipFile(archive.toFile(), StandardCharsets.UTF_8)) {
      List<ZipEntry> files = safeEntries(directory, zip);
      long budget =
          Math.min(limits.unpackedBytes(), Math.multiplyExact(Files.size(archive), limits.ratio()));
      SortedMap<String, Bundle.Entry> unpacked = new TreeMap<>(EntryNames.BYTE_ORDER);
      for (ZipEntry file : files) {
        Bundle.Entry entry = copy(zip, file, folder, budget);
        budget -= entry.size();
        unpacked.put(file.getName(), entry);
      }
      return unpacked;
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new InvalidBundle(
          "not_a_zip",
          "archive",
          "the archive is damaged: "
              + (e.getMessage() == null ? "it is truncated" : e.getMessage()));
    }
  }

  /// Refuses what makes a whole archive unusable, before the JDK's reader is asked, which calls
  /// such an archive damaged.
  private static void requireReadable(ZipDirectory directory, boolean litter) {
    EntryFaults faults = new EntryFaults();
    for (ZipDirectory.Entry entry : directory.entries()) {
      if (!entry.utf8()) {
        faults.shared(
            UNSAFE,
            entry.name(),
            "the name is not UTF-8 but of another code page, such as cp437: pack the folder with a"
                + " program that writes names in UTF-8");
      } else if (entry.name().indexOf('\\') >= 0) {
        faults.shared(
            UNSAFE,
            entry.name(),
            "the name has a backslash: folders in a zip are separated by \"/\"; pack the folder"
                + " with a program that does so");
      } else if (entry.encrypted()) {
        faults.shared(UNSAFE, entry.name(), "is encrypted: pack the folder without a password");
      } else if (entry.method() != STORED && entry.method() != DEFLATED) {
        faults.shared(
            UNSAFE,
            entry.name(),
            "is compressed with " + method(entry.method()) + "; use stored or deflated");
      } else if (!litter && Litter.is(entry.name())) {
        faults.shared(
            "unwanted_file",
            entry.name(),
            "belongs to no model: pack the folder without files of desktops, version control and"
                + " interpreters, as `slipway push FOLDER` does");
      }
    }
    faults.refuse();
  }

  private static String method(int number) {
    return switch (number) {
      case 9 -> "deflate64 (method 9)";
      case 12 -> "bzip2 (method 12)";
      case 14 -> "LZMA (method 14)";
      case 93 -> "Zstandard (method 93)";
      case 95 -> "XZ (method 95)";
      case 98 -> "PPMd (method 98)";
      case 99 -> "AES encryption (method 99)";
      default -> "method " + number;
    };
  }

  private static List<ZipEntry> safeEntries(ZipDirectory directory, ZipFile zip) {
    EntryFaults faults = new EntryFaults();
    List<ZipEntry> files = new ArrayList<>();
    EntryNames names = new EntryNames();
    int index = 0;
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); index++) {
      ZipEntry entry = all.nextElement();
      ZipDirectory.Entry header = directory.entries().get(index);
      String name = entry.getName();
      String path = entry.isDirectory() ? name.substring(0, name.length() - 1) : name;
      String fault = entry.isDirectory() ? EntryNames.fault(path) : names.add(path);
      if (fault == null && !header.plain()) {
        fault = "is a link or a device; only plain files are allowed";
      }
      if (fault != null) {
        faults.add(name, fault);
      } else if (!entry.isDirectory()) {
        files.add(entry);
      }
    }
    faults.refuse();
    return files;
  }

  private Bundle.Entry copy(ZipFile zip, ZipEntry file, Path folder, long budget)
      throws IOException {
    Path target = folder.resolve(file.getName());
    Files.createDirectories(target.getParent());
    MessageDigest sha256 = Digest.sha256();
    CRC32 crc = new CRC32();
    byte[] buffer = new byte[64 << 10];
    long size = 0;
    try (InputStream in = zip.getInputStream(file);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        if (size > budget) {
          throw new InvalidBundle(
              "too_large",
              file.getName(),
              "the bundle unpacks to more than "
                  + limits.unpackedBytes()
                  + " bytes or "
                  + limits.ratio()
                  + " times the archive's size");
        }
        sha256.update(buffer, 0, n);
        crc.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    // The JDK's reader does not check it.
    if (crc.getValue() != file.getCrc()) {
      throw new ZipException(file.getName() + " does not match its checksum in the archive");
    }
    return new Bundle.Entry(Digest.of(sha256), size);
  }
}
