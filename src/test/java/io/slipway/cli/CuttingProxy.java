package io.slipway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A line to a server that breaks: each of the first connections that has carried so many bytes is
/// reset.
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger cuts;
  private final AtomicLong carried = new AtomicLong();
  private final URI target;
  private final long after;

  /// @param cuts how many connections are cut
  /// @param after how many bytes of a connection
  CuttingProxy(URI target, int cuts, long after) throws IOException {
    this.target = target;
    this.cuts = new AtomicInteger(cuts);
    this.after = after;
    threads.submit(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /// How many cuts are left.
  int left() {
    return cuts.get();
  }

  /// Bytes that callers have sent.
  long carried() {
    return carried.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        Socket server = new Socket(target.getHost(), target.getPort());
        threads.submit(() -> carry(caller, server, true));
        threads.submit(() -> carry(server, caller, false));
      } catch (IOException e) {
        return;
      }
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
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
