package io.slipway.registry;

import io.slipway.Entrance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// An S3-compatible store that does not know the checksums of newer clients: a proxy before a
/// real one that answers `501 NotImplemented` to each request with such a header or trailer, as
/// S3Proxy 2.0.0 does.
final class ChecksumRefusingProxy implements AutoCloseable {
  private static final Pattern UNKNOWN =
      Pattern.compile("x-amz-(checksum|sdk-checksum|trailer)|unsigned-payload-trailer");
  private static final String BODY = "<Error><Code>NotImplemented</Code></Error>";

  private final Entrance entrance;
  private final int exit;
  private final AtomicInteger refused = new AtomicInteger();

  ChecksumRefusingProxy(int exit) {
    this.exit = exit;
    entrance = new Entrance(this::connect);
  }

  int port() {
    return entrance.port();
  }

  /// How many requests it has refused.
  int refused() {
    return refused.get();
  }

  private void connect(Socket from) {
    try (from;
        Socket to = new Socket(InetAddress.getLoopbackAddress(), exit)) {
      Thread.ofVirtual().start(() -> answers(from, to));
      byte[] buffer = new byte[1 << 16];
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        if (UNKNOWN.matcher(text.toLowerCase(Locale.ROOT)).find()) {
          refused.incrementAndGet();
          String head =
              "HTTP/1.1 501 Not Implemented\r\nContent-Type: application/xml\r\n"
                  + "Connection: close\r\nContent-Length: "
                  + BODY.length()
                  + "\r\n\r\n";
          from.getOutputStream().write((head + BODY).getBytes(StandardCharsets.ISO_8859_1));
          return;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // Either side has gone.
    }
  }

  private static void answers(Socket from, Socket to) {
    try {
      to.getInputStream().transferTo(from.getOutputStream());
    } catch (IOException e) {
      // Either side has gone.
    }
  }

  @Override
  public void close() {
    entrance.close();
  }
}
