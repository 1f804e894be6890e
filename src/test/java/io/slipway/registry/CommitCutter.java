package io.slipway.registry;

import io.slipway.Entrance;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A TCP proxy before a PostgreSQL that reads the protocol and breaks at the commit of the next
/// transaction that has written history. What it does then is set by [#arm(Moment)], as a system
/// property: the proxy and the test may be of different class loaders.
final class CommitCutter implements AutoCloseable {
  private static final String ARMED = "slipway.test.commit";
  private static final String NOTHING = "";
  private static final String CLOSED = "closed";

  private final Entrance entrance;
  private final int exit;
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();

  /// When the commit is cut.
  enum Moment {
    /// The commit never reaches the database.
    BEFORE,
    /// The database commits; its answer is lost as the connection breaks.
    ANSWER,
    /// The database commits; its answer is lost, and the connection stays open and silent.
    SILENT,
    /// As `ANSWER`, and nobody reaches the database any more, until [#restore].
    ALL
  }

  CommitCutter(int exit) {
    this.exit = exit;
    entrance = new Entrance(this::connect);
  }

  int port() {
    return entrance.port();
  }

  static void arm(Moment moment) {
    System.setProperty(ARMED, moment.name());
  }

  /// Lets everything through again.
  static void restore() {
    System.setProperty(ARMED, NOTHING);
  }

  private static boolean refusing() {
    return System.getProperty(ARMED, NOTHING).equals("refusing");
  }

  private void connect(Socket from) {
    try (from) {
      if (refusing()) {
        return;
      }
      try (Socket to = new Socket(InetAddress.getLoopbackAddress(), exit)) {
        from.setTcpNoDelay(true);
        to.setTcpNoDelay(true);
        Line line = new Line(from, to);
        lines.add(line);
        Thread.ofVirtual().start(line::answers);
        line.asks();
        lines.remove(line);
      }
    } catch (IOException e) {
      // Either side has gone.
    }
  }

  /// A connection and its continuation.
  private final class Line {
    private final Socket from;
    private final Socket to;
    private boolean wrote;
    private volatile String cut = NOTHING;

    Line(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void close() {
      try (from;
          to) {
        cut = CLOSED;
      } catch (IOException e) {
        // It is closed.
      }
    }

    /// What the caller says, message by message; the first has no type.
    void asks() throws IOException {
      DataInputStream in = new DataInputStream(from.getInputStream());
      OutputStream out = to.getOutputStream();
      out.write(message(in, new byte[0]));
      while (true) {
        byte[] message = message(in, new byte[] {in.readByte()});
        String text = new String(message, StandardCharsets.ISO_8859_1);
        wrote |= text.contains("insert into audit_entry");
        if (text.startsWith("P") && text.contains("\0COMMIT\0")) {
          String armed = System.getProperty(ARMED, NOTHING);
          if (wrote && !armed.isEmpty() && !refusing()) {
            System.setProperty(ARMED, NOTHING);
            if (armed.equals(Moment.BEFORE.name())) {
              close();
              return;
            }
            cut = armed;
          }
          wrote = false;
        }
        out.write(message);
      }
    }

    private static byte[] message(DataInputStream in, byte[] type) throws IOException {
      int length = in.readInt();
      byte[] body = in.readNBytes(length - Integer.BYTES);
      return ByteBuffer.allocate(type.length + length).put(type).putInt(length).put(body).array();
    }

    /// What the database answers.
    void answers() {
      byte[] buffer = new byte[1 << 16];
      try {
        InputStream in = to.getInputStream();
        OutputStream out = from.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
          if (cut.isEmpty()) {
            out.write(buffer, 0, n);
          } else if (text.contains("COMMIT\0") && !cut.equals(CLOSED)) {
            committed(Moment.valueOf(cut));
          }
        }
      } catch (IOException e) {
        // Either side has gone.
      }
    }

    private void committed(Moment moment) {
      switch (moment) {
        case BEFORE, SILENT -> {}
        case ANSWER -> close();
        case ALL -> {
          System.setProperty(ARMED, "refusing");
          lines.forEach(Line::close);
        }
      }
    }
  }

  @Override
  public void close() {
    lines.forEach(Line::close);
    entrance.close();
  }
}
