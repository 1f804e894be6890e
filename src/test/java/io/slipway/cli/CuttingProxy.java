package io.slipway.cli;

import io.slipway.Entrance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A line to a server that breaks: each of the first connections that has carried so many bytes is
/// reset.
final class CuttingProxy implements AutoCloseable {
  private final AtomicInteger cuts;
  private final AtomicLong carried = new AtomicLong();
  private final URI target;
  private final long after;
  private final Entrance entrance;

  /// @param cuts how many connections are cut
  /// @param after how many bytes of a connection
  CuttingProxy(URI target, int cuts, long after) {
    this.target = target;
    this.cuts = new AtomicInteger(cuts);
    this.after = after;
    entrance = new Entrance(this::connect);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + entrance.port());
  }

  /// How many cuts are left.
  int left() {
    return cuts.get();
  }

  /// Bytes that callers have sent.
  long carried() {
    return carried.get();
  }

  private void connect(Socket caller) {
    try (caller;
        Socket server = new Socket(target.getHost(), target.getPort())) {
      Thread.ofVirtual().start(() -> carry(caller, server, true));
      carry(server, caller, false);
    } catch (IOException e) {
      // The server has gone.
    }
  }

  private void carry(Socket from, Socket to, boolean cutting) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      long sum = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        if (cutting) {
          carried.addAndGet(n);
          sum += n;
          if (sum > after && cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return;
          }
        }
      }
    } catch (IOException e) {
      // The other end has gone.
    }
  }

  @Override
  public void close() {
    entrance.close();
  }
}
