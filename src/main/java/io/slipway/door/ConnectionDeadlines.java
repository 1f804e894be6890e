package io.slipway.door;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.smallrye.config.SmallRyeConfig;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/// Gives every connection to this process a [HeadDeadline]. Vert.x bounds how large the head of a
/// request may be and for how long nothing may move, but not how long a head may drip; nor has it a
/// place to say so. Netty has: it loads this class as a service, where the process was started with
/// [ChannelInitializerExtension#EXTENSIONS_SYSTEM_PROPERTY].
public final class ConnectionDeadlines extends ChannelInitializerExtension {
  private final Duration head;
  private final Duration idle;

  /// With the times that are configured.
  public ConnectionDeadlines() {
    SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
    this.head = config.getConfigMapping(GatewayConfig.class).headTime();
    this.idle = config.getValue("quarkus.http.idle-timeout", Duration.class);
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    connection.pipeline().addLast(new Arrival());
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
