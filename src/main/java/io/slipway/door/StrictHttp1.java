package io.slipway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpServerOptions;

/// A channel handler that puts a connection under the rules of RFC 9112 (HTTP/1.1). When the first
/// bytes show that it is HTTP/1, it replaces the request decoder by a [StrictRequestDecoder], adds
/// [MessageFraming] behind it, and removes itself. Vert.x has no setting for another decoder.
final class StrictHttp1 extends ChannelInboundHandlerAdapter {
  private final HttpServerOptions limits;

  /// @param limits how long a request line, the headers and a chunk may be
  StrictHttp1(HttpServerOptions limits) {
    this.limits = limits;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    ChannelHandlerContext decoder = ctx.pipeline().context(HttpRequestDecoder.class);
    ChannelHandlerContext encoder = ctx.pipeline().context(HttpResponseEncoder.class);
    if (decoder != null && encoder != null) {
      ctx.pipeline().replace(decoder.handler(), decoder.name(), new StrictRequestDecoder(limits));
      ctx.pipeline().addAfter(encoder.name(), null, new MessageFraming());
      leave(ctx, bytes);
    } else if (ctx.pipeline().get(Http2ConnectionHandler.class) != null) {
      leave(ctx, bytes);
    } else {
      ctx.fireChannelRead(bytes);
    }
  }

  private void leave(ChannelHandlerContext ctx, Object bytes) {
    ctx.fireChannelRead(bytes);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }
}
