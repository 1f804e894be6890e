package io.slipway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Closes an idle HTTP/2 connection: one on which no request is open and none has begun within the
/// idle time. Pings and endless header frames count as activity for Vert.x's idle time-out, but not
/// here. The client gets a GOAWAY first.
final class StreamDeadline implements Runnable {
  private final ChannelHandlerContext ctx;
  private final Http2Connection connection;
  private final Duration idle;
  private int newest;

  private StreamDeadline(ChannelHandlerContext ctx, Http2Connection connection, Duration idle) {
    this.ctx = ctx;
    this.connection = connection;
    this.idle = idle;
    this.newest = connection.remote().lastStreamCreated();
  }

  /// Watches the connection from now until it is closed.
  static void start(ChannelHandlerContext ctx, Http2ConnectionHandler streams, Duration idle) {
    new StreamDeadline(ctx, streams.connection(), idle).lookLater();
  }

  private void lookLater() {
    ctx.executor().schedule(this, idle.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    if (!ctx.channel().isActive()) {
      return;
    }
    int last = connection.remote().lastStreamCreated();
    if (connection.numActiveStreams() == 0 && last == newest) {
      // From the end of the pipeline, so that the HTTP/2 handler sends its GOAWAY.
      ctx.channel().close();
      return;
    }
    newest = last;
    lookLater();
  }
}
