package io.slipway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A TCP proxy before a server of this machine that can become a black hole: connections stay
/// open, new ones are accepted, and nothing is heard of what is sent, as on a network that drops
/// packets. It can also be slow. What it does is set by its port, as a system property: the proxy
/// and the test may be of different class loaders.
public final class BlackHole implements AutoCloseable {
  private static final String PASSES = "slipway.test.passes.";
  private static final String DELAY = "slipway.test.delay.";

  private final Entrance entrance;
  private final int exit;
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();

  /// @param exit the port that it leads to
  public BlackHole(int exit) {
    this.exit = exit;
    entrance = new Entrance(this::connect);
  }

  public int port() {
    return entrance.port();
  }

  /// Nothing goes through the proxy at `port` any more, once it has passed `answers` bytes of
  /// answers.
  public static void silence(int port, long answers) {
    System.setProperty(PASSES + port, Long.toString(answers));
  }

  /// Each piece of an answer takes so much longer.
  public static void delay(int port, Duration more) {
    System.setProperty(DELAY + port, Long.toString(more.toMillis()));
  }

  /// Everything goes through again; of what was swallowed, the connections are closed.
  public static void restore(int port) {
    System.setProperty(PASSES + port, "");
    System.setProperty(DELAY + port, "");
  }

  private void connect(Socket from) {
    try (from;
        Socket to = new Socket(InetAddress.getLoopbackAddress(), exit)) {
      from.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      Line line = new Line(from, to);
      lines.add(line);
      Thread.ofVirtual().start(() -> line.copy(to, from, true));
      line.copy(from, to, false);
      lines.remove(line);
    } catch (IOException e) {
      // Either side has gone.
    }
  }

  /// Whether `n` more bytes are swallowed.
  private synchronized boolean swallows(int n, boolean answers) {
    String passes = System.getProperty(PASSES + port(), "");
    if (passes.isEmpty()) {
      return false;
    }
    long left = Long.parseLong(passes);
    if (answers) {
      left -= n;
      System.setProperty(PASSES + port(), Long.toString(left));
    }
    return left <= 0;
  }

  /// A connection and its continuation.
  private final class Line {
    private final Socket from;
    private final Socket to;
    private volatile boolean lost;

    Line(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void copy(Socket source, Socket target, boolean answers) {
      byte[] buffer = new byte[1 << 13];
      try {
        InputStream in = source.getInputStream();
        OutputStream out = target.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (swallows(n, answers)) {
            lost = true;
          } else if (lost) {
            break;
          } else {
            String delay = answers ? System.getProperty(DELAY + port(), "") : "";
            if (!delay.isEmpty()) {
              LockSupport.parkNanos(Duration.ofMillis(Long.parseLong(delay)).toNanos());
            }
            out.write(buffer, 0, n);
          }
        }
      } catch (IOException e) {
        // Either side has gone.
      } finally {
        close();
      }
    }

    void close() {
      try (from) {
        to.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  @Override
  public void close() {
    restore(port());
    entrance.close();
    lines.forEach(Line::close);
  }
}
