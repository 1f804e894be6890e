package io.slipway.pipeline.mail;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One entity of a message during parsing: its headers, and its body with the transfer encoding.
/// The first of several headers with one name counts.
final class Part {
  private static final Set<String> KEPT =
      Set.of("subject", "from", "content-type", "content-transfer-encoding", "content-disposition");

  private final Map<String, String> headers = new HashMap<>();
  private final String defaultType;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

  private @Nullable Map<String, String> typeParameters;

  /// @param defaultType the content type where none is declared
  Part(String defaultType) {
    this.defaultType = defaultType;
  }

  /// Whether the header `name` is used.
  static boolean keeps(String name) {
    return KEPT.contains(name.toLowerCase(Locale.ROOT));
  }

  /// @param value one char per byte
  void header(String name, String value) {
    String key = name.toLowerCase(Locale.ROOT);
    boolean structural = key.startsWith("content");
    headers.putIfAbsent(key, structural ? Charsets.ascii(value) : value);
  }

  /// The raw value of a header, one char per byte; null where it is missing.
  @Nullable String header(String name) {
    return headers.get(name);
  }

  void body(byte[] bytes, int start, int end) {
    body.write(bytes, start, end - start);
  }

  /// Removes the final line break, which belongs to the following boundary.
  void dropLastLineBreak() {
    byte[] bytes = body.toByteArray();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length -= length > 1 && bytes[length - 2] == '\r' ? 2 : 1;
    } else if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    if (length < bytes.length) {
      body.reset();
      body.write(bytes, 0, length);
    }
  }

  /// The content type in lower case, without parameters; `text/plain` for an invalid one.
  String contentType() {
    String value = headers.get("content-type");
    if (value == null) {
      return defaultType;
    }
    String type = Parameters.beforeParameters(value);
    int slash = type.indexOf('/');
    return slash < 0 || slash != type.lastIndexOf('/') ? "text/plain" : type;
  }

  String mainType() {
    String type = contentType();
    return type.substring(0, type.indexOf('/'));
  }

  /// Whether the part is declared as an attachment, or is not text.
  boolean isAttachment() {
    return isDeclaredAttachment() || !mainType().equals("text");
  }

  private boolean isDeclaredAttachment() {
    String disposition = headers.get("content-disposition");
    return disposition != null && Parameters.beforeParameters(disposition).equals("attachment");
  }

  /// Whether the part is excluded from the text: an attachment, or a part with a file name.
  boolean standsApart() {
    if (isDeclaredAttachment()) {
      return true;
    }
    String name = Parameters.of(headers.get("content-disposition")).get("filename");
    name = name == null ? parameter("name") : name;
    return name != null && !name.chars().allMatch(HeaderWords::isSpace);
  }

  /// The boundary of a multipart; null where none is declared.
  @Nullable String boundary() {
    String boundary = parameter("boundary");
    return boundary == null ? null : boundary.stripTrailing();
  }

  /// The body as text.
  String text() {
    String encoding = headers.getOrDefault("content-transfer-encoding", "");
    byte[] bytes = TransferEncoding.decode(encoding.toLowerCase(Locale.ROOT), body.toByteArray());
    String charset = parameter("charset");
    return Charsets.decode(bytes, charset).replace("\r\n", "\n").replace("\0", "");
  }

  /// A parameter of the content type; null where it is missing.
  private @Nullable String parameter(String name) {
    if (typeParameters == null) {
      typeParameters = Parameters.of(headers.get("content-type"));
    }
    return typeParameters.get(name);
  }
}
