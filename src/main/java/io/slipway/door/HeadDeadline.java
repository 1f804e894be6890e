package io.slipway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection on which the head of a request takes too long to arrive, measured from the
/// opening of the connection, or from the head's first bytes where the connection is reused. Idle
/// time-outs do not catch a head that arrives byte by byte, as every byte counts as activity.
///
/// It stands before the decoder and has a [Witness] behind it: bytes of which the decoder makes
/// nothing, outside of a message, belong to a head. Bodies have limits of their own. For HTTP/2,
/// [StreamDeadline] takes over.
///
/// A request that arrives in one piece starts no timer. Used by the connection's thread only.
final class HeadDeadline extends ChannelInboundHandlerAdapter {
  private final Duration head;
  private final Duration idle;
  private final Witness witness = new Witness();
  private boolean witnessed;
  private boolean inMessage;
  private @Nullable ScheduledFuture<?> end;

  HeadDeadline(Duration head, Duration idle) {
    this.head = head;
    this.idle = idle;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    startClock(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    if (!witnessed) {
      witness(ctx);
    }
    witness.hasSeen = false;
    ctx.fireChannelRead(bytes);
    if (!witness.hasSeen && !inMessage && end == null && !ctx.isRemoved()) {
      if (streams(ctx) == null) {
        startClock(ctx);
      } else {
        ctx.pipeline().remove(this);
      }
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopClock();
    Http2ConnectionHandler streams = streams(ctx);
    if (streams != null && ctx.channel().isActive()) {
      StreamDeadline.start(ctx, streams, idle);
    }
  }

  private void witness(ChannelHandlerContext ctx) {
    ChannelHandlerContext decoder = ctx.pipeline().context(HttpRequestDecoder.class);
    if (decoder != null) {
      ctx.pipeline().addAfter(decoder.name(), null, witness);
      witnessed = true;
    } else if (streams(ctx) != null) {
      stopClock();
    }
  }

  private static @Nullable Http2ConnectionHandler streams(ChannelHandlerContext ctx) {
    return ctx.pipeline().get(Http2ConnectionHandler.class);
  }

  private void startClock(ChannelHandlerContext ctx) {
    end = ctx.executor().schedule(() -> end(ctx), head.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void stopClock() {
    if (end != null) {
      end.cancel(false);
      end = null;
    }
  }

  private void end(ChannelHandlerContext ctx) {
    end = null;
    if (streams(ctx) == null) {
      ctx.close();
    } else {
      ctx.pipeline().remove(this);
    }
  }

  /// Observes the messages, and parts of messages, that the decoder makes of the bytes.
  private final class Witness extends ChannelInboundHandlerAdapter {
    private boolean hasSeen;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
        saw(false);
      } else if (message instanceof HttpObject) {
        saw(!(message instanceof LastHttpContent));
      }
      ctx.fireChannelRead(message);
    }

    private void saw(boolean more) {
      hasSeen = true;
      inMessage = more;
      stopClock();
    }
  }
}
