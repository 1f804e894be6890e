package io.slipway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Ends a connection of HTTP/2 that asks for nothing: no request is open, and none has begun since
/// it was looked last, one idle time ago. Pings and pieces of a head that never ends are movement
/// to the bound of idle time, and no request here. A client is told to go before it is closed.
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

  /// Looks after the connection from now to its end.
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
      // From the pipeline's end: what speaks HTTP/2 says goodbye on the way.
      ctx.channel().close();
      return;
    }
    newest = last;
    lookLater();
  }
}
