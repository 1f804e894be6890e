package io.slipway;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for servers that tests start.
public final class FreePort {
  private static final int LEAST = 20_000;
  private static final int MOST = 32_000;
  private static final int ATTEMPTS = 100;

  private FreePort() {}

  /// A port that nobody listens on, below those that the system gives to clients: of these, another
  /// process may take one before the server is up.
  public static int find() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (BindException e) {
        // It is taken.
      }
    }
    throw new IOException("no free port from " + LEAST + " to " + MOST);
  }
}
