package io.slipway.door;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A connection's deadlines on a clock that the test turns, with Netty's and Vert.x' own readers of
/// the two protocols behind them.
class HeadDeadlineTest {
  private static final Duration HEAD = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofMinutes(3);
  private static final String REQUEST = "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String SETTINGS = "000000040000000000";
  private static final String PING = "0000080600000000000123456789abcdef";

  /// `GET /` of `http`, to the static table; whole, and without its end.
  private static final String HEADERS = "000003010500000001828684";
  private static final String HEADERS_TO_BE_CONTINUED = "000003010100000001828684";

  private final EmbeddedChannel connection = connection();

  /// As Vert.x has it: which protocol it is, and who reads it, is known from the first bytes.
  private static EmbeddedChannel connection() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(new Protocols(), new HeadDeadline(HEAD, IDLE));
    return channel;
  }

  private static final class Protocols extends Http1xOrH2CHandler {
    @Override
    protected void configure(ChannelHandlerContext ctx, boolean h2c) {
      ctx.pipeline()
          .addLast(
              h2c
                  ? new Http2ConnectionHandlerBuilder()
                      .server(true)
                      .frameListener(new Http2FrameAdapter())
                      .build()
                  : new HttpRequestDecoder());
    }
  }

  @AfterEach
  void nothingIsLeft() {
    connection.finishAndReleaseAll();
  }

  private void comes(String text) {
    connection.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
  }

  private void frame(String hex) {
    connection.writeInbound(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
  }

  private void passes(Duration time) {
    connection.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    connection.runPendingTasks();
  }

  private static Duration justBefore(Duration time) {
    return time.minusMillis(1);
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() {
    passes(justBefore(HEAD));
    assertThat(connection.isOpen()).isTrue();
    passes(Duration.ofMillis(1));
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aHeadThatDripsIsClosedHoweverOftenAByteComes() {
    for (int second = 0; second < HEAD.toSeconds(); second++) {
      assertThat(connection.isOpen()).isTrue();
      comes(REQUEST.substring(second, second + 1));
      passes(Duration.ofSeconds(1));
    }
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aHeadThatComesInTimeInPiecesIsARequest() {
    comes(REQUEST.substring(0, 10));
    passes(justBefore(HEAD));
    comes(REQUEST.substring(10));
    passes(HEAD.multipliedBy(5));

    assertThat(connection.isOpen()).isTrue();
    assertThat(connection.inboundMessages()).hasSize(2);
  }

  @Test
  void aKeptConnectionMayRestBetweenRequests() {
    for (int request = 0; request < 3; request++) {
      comes(REQUEST);
      passes(HEAD.multipliedBy(3));
    }
    assertThat(connection.isOpen()).isTrue();
    assertThat(connection.inboundMessages()).hasSize(6);
  }

  @Test
  void aLaterHeadThatDripsIsClosedByItsOwnFirstBytes() {
    comes(REQUEST);
    passes(HEAD.multipliedBy(3));
    comes("G");
    passes(justBefore(HEAD));
    assertThat(connection.isOpen()).isTrue();
    comes("E");
    passes(Duration.ofMillis(1));
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aHeadThatBeginsInThePieceOfTheOneBeforeIsClosedToo() {
    comes(REQUEST + "GET /mod");
    passes(HEAD.multipliedBy(3));
    assertThat(connection.isOpen()).isTrue();
    comes("e");
    passes(HEAD);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void bodiesMayTakeTheirTime() {
    comes("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
    for (String piece : "hello".split("")) {
      passes(HEAD.multipliedBy(2));
      comes(piece);
    }
    comes("POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (String piece : "5\r\nhello\r\n0\r\n\r\n".split("")) {
      passes(HEAD.multipliedBy(2));
      comes(piece);
    }
    passes(HEAD.multipliedBy(2));
    assertThat(connection.isOpen()).isTrue();

    comes("G");
    passes(HEAD);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void whatIsNoHttpIsClosed() {
    comes("\u0016\u0003\u0001 nothing of the kind\r\n\r\n");
    comes("more of it");
    passes(HEAD);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aConnectionOfHttp2ThatAsksForNothingIsToldToGoThoughItPings() {
    comes(PREFACE);
    frame(SETTINGS);
    passes(justBefore(IDLE));
    assertThat(connection.isOpen()).isTrue();

    frame(PING);
    connection.releaseOutbound();
    passes(Duration.ofMillis(1));
    assertThat(connection.isOpen()).isFalse();
    assertThat(kindOfTheNextFrame()).isEqualTo(7); // GOAWAY
  }

  private int kindOfTheNextFrame() {
    ByteBuf frame = connection.readOutbound();
    try {
      return frame.getByte(3);
    } finally {
      frame.release();
    }
  }

  @Test
  void aHeadOfHttp2ThatNeverEndsIsNoRequest() {
    comes(PREFACE);
    frame(SETTINGS);
    frame(HEADERS_TO_BE_CONTINUED);
    passes(IDLE);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aConnectionOfHttp2StaysWhileARequestIsOpenOrNewOnesCome() {
    comes(PREFACE);
    frame(SETTINGS);
    frame(HEADERS);
    passes(IDLE.multipliedBy(5));
    assertThat(connection.isOpen()).isTrue();

    frame("00000403000000000100000008"); // RST_STREAM: the caller has lost interest.
    frame(HEADERS.replace("0000000182", "0000000382"));
    frame("00000403000000000300000008");
    passes(IDLE);
    assertThat(connection.isOpen()).isTrue();
    passes(IDLE);
    assertThat(connection.isOpen()).isFalse();
  }
}
