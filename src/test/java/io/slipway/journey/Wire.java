package io.slipway.journey;

import io.slipway.Entrance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// A TCP proxy on a port of its own that can be cut: what goes through it stays connected and is
/// heard of no more, as on a network that drops packets, or is refused.
final class Wire implements AutoCloseable {
  /// Bytes of what a caller says that are remembered.
  private static final int REMEMBERED = 4_096;

  private final Entrance entrance;
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private volatile int exit;
  private volatile boolean refusing;

  /// A connection and its continuation.
  ///
  /// @param said what the caller has said first
  private record Line(Socket from, Socket to, StringBuffer said, AtomicBoolean silent) {
    void close() {
      try (from;
          to) {
        silent.set(true);
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  /// @param exit the port on this machine that it leads to
  Wire(int exit) {
    this.exit = exit;
    entrance = new Entrance(this::connect);
  }

  int port() {
    return entrance.port();
  }

  /// Leads elsewhere from now on.
  void leadTo(int port) {
    exit = port;
  }

  /// Whoever is connected is cut off; nobody gets through until [#restore].
  void cut() {
    refusing = true;
    lines.forEach(Line::close);
  }

  void restore() {
    refusing = false;
  }

  /// Swallows all bytes, both ways, of the connections that have begun with `word` somewhere;
  /// connections to come are not touched.
  ///
  /// @return how many there are
  int silence(String word) {
    List<Line> chosen = lines.stream().filter(line -> line.said.indexOf(word) >= 0).toList();
    chosen.forEach(line -> line.silent.set(true));
    return chosen.size();
  }

  private void connect(Socket from) {
    if (refusing) {
      close(from);
      return;
    }
    try {
      Socket to = new Socket(InetAddress.getLoopbackAddress(), exit);
      Line line = new Line(from, to, new StringBuffer(), new AtomicBoolean());
      lines.add(line);
      Thread.ofVirtual().start(() -> copy(line, from, to));
      copy(line, to, from);
    } catch (IOException e) {
      close(from);
    }
  }

  private void copy(Line line, Socket source, Socket target) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = source.getInputStream();
      OutputStream out = target.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (source == line.from && line.said.length() < REMEMBERED) {
          line.said.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        }
        if (!line.silent.get()) {
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // Either side has gone.
    } finally {
      if (!line.silent.get()) {
        line.close();
      }
      lines.remove(line);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() {
    cut();
    entrance.close();
  }
}
