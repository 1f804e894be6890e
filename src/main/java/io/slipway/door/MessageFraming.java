package io.slipway.door;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A channel handler that keeps the boundaries of HTTP/1 messages clear for both sides of a
/// connection.
///
/// - A malformed request gets a problem, after the answers to earlier requests, and the connection
///   is closed. It reaches no door and is not logged.
/// - A body with malformed chunks is answered in the same way, unless its answer has begun: then
///   the connection is only closed.
/// - An answer without a declared length to an HTTP/1.0 caller, who cannot read chunks, closes the
///   connection, even if the caller asked to keep it.
///
/// It stands behind the codec of HTTP/1. Used by the connection's thread alone.
final class MessageFraming extends ChannelDuplexHandler {
  /// How long further bytes of a refused caller are discarded before the connection is closed, so
  /// that the caller can read the answer.
  private static final long LINGER_SECONDS = 1;

  /// The number of requests without a complete answer.
  private int open;

  /// Whether the answer to the first of them has begun.
  private boolean begun;

  /// Whether that answer ends the connection.
  private boolean closes;

  /// Whether the latest request is HTTP/1.0.
  private boolean old;

  private boolean head;

  private @Nullable MalformedRequest refused;
  private boolean told;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (refused != null) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      Throwable cause = object.decoderResult().cause();
      if (message instanceof HttpRequest request) {
        head = request.method().equals(HttpMethod.HEAD);
        refuse(ctx, MalformedRequest.of(cause, "this is no request of HTTP"), message);
        return;
      }
      if (open == 1 && !begun) {
        open = 0;
        refuse(ctx, MalformedRequest.of(cause, "the chunks of the body are malformed"), message);
        return;
      }
    }
    if (message instanceof HttpRequest request) {
      open++;
      old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
      head = request.method().equals(HttpMethod.HEAD);
    }
    ctx.fireChannelRead(message);
  }

  private void refuse(ChannelHandlerContext ctx, MalformedRequest why, Object message) {
    ReferenceCountUtil.release(message);
    refused = why;
    if (open == 0) {
      tell(ctx, why);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (told) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (message instanceof HttpResponse response) {
      if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
        ctx.write(message, promise);
        ctx.pipeline().remove(this);
        return;
      }
      if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        ctx.write(message, promise);
        return;
      }
      begun = true;
      if (old && !framed(response)) {
        closes = true;
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
    }
    if (message instanceof LastHttpContent) {
      answered(ctx, message, promise);
    } else {
      ctx.write(message, promise);
    }
  }

  /// Whether an HTTP/1.0 caller can tell where `response` ends.
  private boolean framed(HttpResponse response) {
    int status = response.status().code();
    return head
        || status == 204
        || status == 304
        || response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
  }

  private void answered(ChannelHandlerContext ctx, Object last, ChannelPromise promise) {
    open--;
    begun = false;
    if (closes) {
      ctx.write(last, promise.unvoid().addListener(ChannelFutureListener.CLOSE));
    } else {
      ctx.write(last, promise);
    }
    MalformedRequest waiting = refused;
    if (waiting != null && open == 0) {
      tell(ctx, waiting);
    }
  }

  private void tell(ChannelHandlerContext ctx, MalformedRequest why) {
    told = true;
    byte[] problem = why.problem();
    DefaultFullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(why.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(problem));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
        .set(HttpHeaderNames.CONTENT_LENGTH, problem.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(answer).addListener(_ -> leave(ctx));
  }

  /// Closes the connection: sending at once, where the channel can close one side, and receiving
  /// after the time to read the answer.
  private static void leave(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof DuplexChannel duplex
        && ctx.pipeline().get(SslHandler.class) == null) {
      duplex.shutdownOutput();
      ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    } else {
      ctx.close();
    }
  }
}
