package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes archives byte by byte, the wrong ones too.
final class Zip {
  static final int STORED = 0;
  static final int DEFLATED = 8;

  private final ByteArrayOutputStream locals = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int count;

  /// One entry's fields, to be lied about.
  ///
  /// @param made version and system that made it; Unix is 3 in the upper byte
  /// @param mode Unix's, in the upper half of the attributes
  record Fields(
      byte[] name,
      int flags,
      int method,
      long crc,
      long packed,
      long size,
      int made,
      int mode,
      long offset,
      byte[] data) {
    Fields flags(int flags) {
      return new Fields(name, flags, method, crc, packed, size, made, mode, offset, data);
    }

    Fields method(int method) {
      return new Fields(name, flags, method, crc, packed, size, made, mode, offset, data);
    }

    Fields crc(long crc) {
      return new Fields(name, flags, method, crc, packed, size, made, mode, offset, data);
    }

    Fields packed(long packed) {
      return new Fields(name, flags, method, crc, packed, size, made, mode, offset, data);
    }

    Fields size(long size) {
      return new Fields(name, flags, method, crc, packed, size, made, mode, offset, data);
    }

    Fields mode(int mode) {
      return new Fields(name, flags, method, crc, packed, size, 3 << 8, mode, offset, data);
    }

    Fields offset(long offset) {
      return new Fields(name, flags, method, crc, packed, size, made, mode, offset, data);
    }
  }

  Zip add(String name, byte[] content) {
    return add(name, content, fields -> fields);
  }

  Zip add(String name, String content) {
    return add(name, content.getBytes(UTF_8));
  }

  /// @param lie what the directory says instead
  Zip add(String name, byte[] content, UnaryOperator<Fields> lie) {
    return add(name.getBytes(UTF_8), deflated(content), content, lie);
  }

  Zip add(byte[] name, byte[] packed, byte[] content, UnaryOperator<Fields> lie) {
    CRC32 crc = new CRC32();
    crc.update(content);
    Fields honest =
        new Fields(
            name,
            0x800,
            DEFLATED,
            crc.getValue(),
            packed.length,
            content.length,
            20,
            0,
            locals.size(),
            packed);
    local(honest);
    central(lie.apply(honest));
    count++;
    return this;
  }

  private void local(Fields f) {
    ByteBuffer header = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0x04034b50).putShort((short) 20).putShort((short) f.flags());
    header.putShort((short) f.method()).putInt(0).putInt((int) f.crc());
    header.putInt((int) f.packed()).putInt((int) f.size());
    header.putShort((short) f.name().length).putShort((short) 0);
    locals.writeBytes(header.array());
    locals.writeBytes(f.name());
    locals.writeBytes(f.data());
  }

  private void central(Fields f) {
    ByteBuffer header = ByteBuffer.allocate(46).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0x02014b50).putShort((short) f.made()).putShort((short) 20);
    header.putShort((short) f.flags()).putShort((short) f.method()).putInt(0);
    header.putInt((int) f.crc()).putInt((int) f.packed()).putInt((int) f.size());
    header.putShort((short) f.name().length).putShort((short) 0).putShort((short) 0);
    header.putShort((short) 0).putShort((short) 0).putInt(f.mode() << 16);
    header.putInt((int) f.offset());
    directory.writeBytes(header.array());
    directory.writeBytes(f.name());
  }

  byte[] bytes() {
    return bytes(count, locals.size(), 0);
  }

  /// @param comment bytes of comment that it claims to have
  byte[] bytes(int entries, int offset, int comment) {
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
    end.putInt(directory.size()).putInt(offset).putShort((short) comment);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(locals.toByteArray());
    all.writeBytes(directory.toByteArray());
    all.writeBytes(end.array());
    return all.toByteArray();
  }

  static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(content);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 << 10];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }
}
