package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.junit.jupiter.api.Test;

class ConnectionBoundsTest {
  /// As Netty reads a connection that has more than is asked for, each time.
  private static int readAtOnce(ExtendedHandle handle, Channel channel) {
    int bytes = 0;
    handle.reset(channel.config());
    do {
      ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
      handle.attemptedBytesRead(buffer.writableBytes());
      handle.lastBytesRead(buffer.writableBytes());
      bytes += buffer.writableBytes();
      buffer.release();
      handle.incMessagesRead(1);
    } while (handle.continueReading());
    handle.readComplete();
    return bytes;
  }

  @Test
  void aFloodOnOneConnectionIsReadInPiecesWithTheOthersTurnsBetween() {
    NioSocketChannel channel = new NioSocketChannel();
    try {
      ConnectionBounds.takeTurns(channel);
      ExtendedHandle handle =
          (ExtendedHandle) channel.config().getRecvByteBufAllocator().newHandle();

      assertThat(readAtOnce(handle, channel)).as("of a new connection").isEqualTo(2048);
      int most = 0;
      for (int turn = 0; turn < 20; turn++) {
        most = Math.max(most, readAtOnce(handle, channel));
      }
      assertThat(most).isEqualTo(16 << 10);
    } finally {
      channel.unsafe().closeForcibly();
    }
  }
}
