package io.slipway.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The central directory of a zip file, read before any entry is trusted: the number of entries,
/// and which are links, encrypted, compressed in another way or named in another code page. The
/// JDK's reader says less of them, or nothing. For the layout see PKWARE's APPNOTE, 4.3.12 to
/// 4.3.16.
record ZipDirectory(List<Entry> entries) {
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int HEADER = 0x02014b50;
  private static final int END_BYTES = 22;
  private static final int HEADER_BYTES = 46;
  private static final int MAX_COMMENT = 0xffff;
  private static final long MAX_DIRECTORY_BYTES = 32L << 20;
  private static final int UNIX = 3;
  private static final int FILE_TYPE = 0xf000;
  private static final int REGULAR = 0x8000;
  private static final int FOLDER = 0x4000;

  /// @param name the name, decoded as UTF-8; bytes that are not UTF-8 become U+FFFD
  /// @param utf8 whether the name is UTF-8
  /// @param plain whether it is a regular file or folder (not a link, device, …)
  record Entry(String name, boolean utf8, boolean plain, boolean encrypted, int method) {}

  /// @throws InvalidBundle where the file is not a zip, or over `limits`
  static ZipDirectory read(Path archive, BundleLimits limits) throws IOException {
    try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
      ByteBuffer tail = tail(channel);
      int end = lastEnd(tail);
      long count = tail.getShort(end + 10) & 0xffff;
      long size = tail.getInt(end + 12) & 0xffff_ffffL;
      long offset = tail.getInt(end + 16) & 0xffff_ffffL;
      if (count == 0xffff || size == 0xffff_ffffL || offset == 0xffff_ffffL) {
        ByteBuffer end64 = end64(channel, tail, end);
        count = end64.getLong(32);
        size = end64.getLong(40);
        offset = end64.getLong(48);
      }
      if (count < 0 || count > limits.entries()) {
        throw new InvalidBundle(
            "too_many_entries",
            "archive",
            "the archive has "
                + Long.toUnsignedString(count)
                + " entries; at most "
                + limits.entries());
      }
      if (size < 0 || size > MAX_DIRECTORY_BYTES || offset < 0 || offset + size > channel.size()) {
        throw notAZip("its directory is too large or lies outside of the file");
      }
      return new ZipDirectory(entries(at(channel, offset, (int) size), (int) count));
    }
  }

  private static List<Entry> entries(ByteBuffer directory, int count) {
    List<Entry> entries = new ArrayList<>(count);
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (at + HEADER_BYTES > directory.limit() || directory.getInt(at) != HEADER) {
        throw notAZip("its directory is damaged at entry " + i);
      }
      int madeBy = directory.get(at + 5) & 0xff;
      int flags = directory.getShort(at + 8);
      int method = directory.getShort(at + 10) & 0xffff;
      int type = directory.getInt(at + 38) >>> 16 & FILE_TYPE;
      boolean plain = madeBy != UNIX || type == 0 || type == REGULAR || type == FOLDER;
      int nameBytes = directory.getShort(at + 28) & 0xffff;
      if (at + HEADER_BYTES + nameBytes > directory.limit()) {
        throw notAZip("its directory is damaged at entry " + i);
      }
      byte[] name = new byte[nameBytes];
      directory.get(at + HEADER_BYTES, name);
      String text = new String(name, StandardCharsets.UTF_8);
      boolean utf8 = Arrays.equals(name, text.getBytes(StandardCharsets.UTF_8));
      entries.add(new Entry(text, utf8, plain, (flags & 1) != 0, method));
      at +=
          HEADER_BYTES
              + nameBytes
              + (directory.getShort(at + 30) & 0xffff)
              + (directory.getShort(at + 32) & 0xffff);
    }
    if (at != directory.limit()) {
      throw notAZip("its directory has more entries than it says");
    }
    return entries;
  }

  private static ByteBuffer tail(FileChannel channel) throws IOException {
    long length = Math.min(channel.size(), END_BYTES + MAX_COMMENT + 20L);
    if (length < END_BYTES) {
      throw notAZip("it is too short");
    }
    return at(channel, channel.size() - length, (int) length);
  }

  private static int lastEnd(ByteBuffer tail) {
    for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END
          && at + END_BYTES + (tail.getShort(at + 20) & 0xffff) == tail.limit()) {
        return at;
      }
    }
    throw notAZip("it has no directory");
  }

  private static ByteBuffer end64(FileChannel channel, ByteBuffer tail, int end)
      throws IOException {
    int locator = end - 20;
    if (locator < 0 || tail.getInt(locator) != LOCATOR_64) {
      throw notAZip("its zip64 directory is missing");
    }
    long offset = tail.getLong(locator + 8);
    if (offset < 0 || offset + 56 > channel.size()) {
      throw notAZip("its zip64 directory lies outside of the file");
    }
    ByteBuffer end64 = at(channel, offset, 56);
    if (end64.getInt(0) != END_64) {
      throw notAZip("its zip64 directory is damaged");
    }
    return end64;
  }

  private static ByteBuffer at(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw notAZip("it is truncated");
      }
    }
    return buffer.flip();
  }

  private static InvalidBundle notAZip(String why) {
    return new InvalidBundle("not_a_zip", "archive", "the body is not a zip archive: " + why);
  }
}
