package io.slipway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/// A port of this machine for the proxies of tests. Each connection to it is handled on a virtual
/// thread of its own, until it is closed.
public final class Entrance implements AutoCloseable {
  private static final int WAITING = 50;

  private final ServerSocket socket;
  private final Consumer<Socket> handler;

  /// @param handler owns the sockets that it gets
  public Entrance(Consumer<Socket> handler) {
    this.handler = handler;
    try {
      socket = new ServerSocket(0, WAITING, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = socket.accept();
        Thread.ofVirtual().start(() -> handler.accept(from));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
