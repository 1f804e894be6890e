package io.slipway.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import org.jboss.logging.Logger;

/// The part of Java that waits for sockets on behalf of virtual threads. It opens its own
/// descriptors when it is first needed. Should that be while the process has no more of them, its
/// class is broken until the process ends, and with it every call of the database.
final class SocketPoller {
  private static final Logger LOG = Logger.getLogger(SocketPoller.class);

  private SocketPoller() {}

  /// Makes Java open it now, by a virtual thread that waits for a connection for a millisecond.
  static void prepare() {
    Thread.ofVirtual().name("slipway-poller").start(SocketPoller::await);
  }

  private static void await() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(1);
      socket.accept().close();
    } catch (SocketTimeoutException _) {
      // As meant: nobody knows of this port.
    } catch (IOException e) {
      LOG.debugf("no socket to wait for: %s", e);
    }
  }
}
