package io.slipway.door;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.smallrye.config.SmallRyeConfig;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/// Gives every connection to this process a [HeadDeadline], and its turn. Vert.x bounds how large
/// the head of a request may be and for how long nothing may move, but not how long a head may
/// drip, nor how much of one connection is read before the others of its event loop have their
/// turn; and it has no place to say so. Netty has: it loads this class as a service, where the
/// process was started with [ChannelInitializerExtension#EXTENSIONS_SYSTEM_PROPERTY].
public final class ConnectionBounds extends ChannelInitializerExtension {
  /// What is read of a connection at once. Netty would read sixteen times 64 KiB, and bytes can
  /// cost far more than to copy them: a body of 200,000 chunks of one byte kept others waiting for
  /// half a second.
  private static final int TURN_BYTES = 16 << 10;

  /// Starts small, as Netty's own does, and grows with what comes.
  private static final RecvByteBufAllocator TURN =
      new AdaptiveRecvByteBufAllocator(64, 2048, TURN_BYTES).maxMessagesPerRead(1);

  private final Duration head;
  private final Duration idle;

  /// With the times that are configured.
  public ConnectionBounds() {
    SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
    this.head = config.getConfigMapping(GatewayConfig.class).headTime();
    this.idle = config.getValue("quarkus.http.idle-timeout", Duration.class);
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    takeTurns(connection);
    connection.pipeline().addLast(new Arrival());
  }

  /// Has no more than [#TURN_BYTES] of `connection` read before the others have their turn.
  static void takeTurns(Channel connection) {
    connection.config().setRecvByteBufAllocator(TURN);
  }

  /// Waits until what Vert.x has for a new connection is in its pipeline, which is before its first
  /// byte is read: the deadline has its place behind it (behind TLS, that is) and before what is
  /// added when the protocol is known.
  private final class Arrival extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.pipeline().addLast(new HeadDeadline(head, idle));
      ctx.fireChannelActive();
      ctx.pipeline().remove(this);
    }
  }
}
