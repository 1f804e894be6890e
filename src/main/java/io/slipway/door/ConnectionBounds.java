package io.slipway.door;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.quarkus.vertx.http.runtime.ServerLimitsConfig;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/// Gives every connection a [HeadDeadline], [StrictHttp1] and a small read size. Vert.x limits the
/// size of a request's head and the idle time of a connection. It limits neither how slowly a head
/// may arrive nor how much is read from one connection before the others of its event loop, it
/// takes more than RFC 9112 allows, and it offers no hook for that. Netty does: it loads this class
/// as a service, where the process was started with
/// [ChannelInitializerExtension#EXTENSIONS_SYSTEM_PROPERTY].
public final class ConnectionBounds extends ChannelInitializerExtension {
  /// The most bytes read from a connection at once. Netty would read sixteen times 64 KiB, and
  /// parsing can cost far more than copying: a body of 200,000 chunks of one byte delayed the other
  /// connections by half a second.
  private static final int TURN_BYTES = 16 << 10;

  /// Starts small, as Netty's default does, and grows with the traffic.
  private static final RecvByteBufAllocator TURN =
      new AdaptiveRecvByteBufAllocator(64, 2048, TURN_BYTES).maxMessagesPerRead(1);

  private final Duration head;
  private final Duration idle;
  private final HttpServerOptions limits;

  /// Reads the configured times; called by Netty's service loader.
  public ConnectionBounds() {
    SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
    this.head = config.getConfigMapping(GatewayConfig.class).headTime();
    this.idle = config.getValue("quarkus.http.idle-timeout", Duration.class);
    this.limits = limits(config.getConfigMapping(VertxHttpConfig.class).limits());
  }

  private static HttpServerOptions limits(ServerLimitsConfig config) {
    return new HttpServerOptions()
        .setMaxInitialLineLength(config.maxInitialLineLength())
        .setMaxHeaderSize(config.maxHeaderSize().asBigInteger().intValueExact())
        .setMaxChunkSize(config.maxChunkSize().asBigInteger().intValueExact());
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    takeTurns(connection);
    connection.pipeline().addLast(new Arrival());
  }

  /// Limits each read from `connection` to [#TURN_BYTES].
  static void takeTurns(Channel connection) {
    connection.config().setRecvByteBufAllocator(TURN);
  }

  /// Inserts the deadline once Vert.x has filled the pipeline of a new connection, before its first
  /// byte is read. Its position is behind TLS, and before the handlers that are added when the
  /// protocol is known.
  private final class Arrival extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.pipeline().addLast(new StrictHttp1(limits), new HeadDeadline(head, idle));
      ctx.fireChannelActive();
      ctx.pipeline().remove(this);
    }
  }
}
