package io.slipway.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes over a connection of HTTP/1 as raw bytes, and what becomes of it.
class MessageFramingTest {
  private static final String GET = "GET /models HTTP/1.1\r\nHost: localhost\r\n";
  private static final String POST = "POST /predict HTTP/1.1\r\nHost: localhost\r\n";
  private static final String PLAIN = GET + "\r\n";

  private final EmbeddedChannel connection = connection();

  /// As Vert.x has it: which protocol it is, and who reads it, is known from the first bytes.
  private static EmbeddedChannel connection() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(new Protocols(), new StrictHttp1(new HttpServerOptions()));
    return channel;
  }

  private static final class Protocols extends Http1xOrH2CHandler {
    @Override
    protected void configure(ChannelHandlerContext ctx, boolean h2c) {
      ctx.pipeline().addLast(new HttpRequestDecoder(), new HttpResponseEncoder());
    }
  }

  @AfterEach
  void nothingIsLeft() {
    connection.finishAndReleaseAll();
  }

  private void comes(String bytes) {
    connection.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  /// The requests that a door has seen.
  private List<HttpRequest> seen() {
    List<HttpRequest> seen = new ArrayList<>();
    for (Object message = connection.readInbound();
        message != null;
        message = connection.readInbound()) {
      assertThat(((HttpObject) message).decoderResult().isSuccess()).isTrue();
      if (message instanceof HttpRequest request) {
        seen.add(request);
      }
      ReferenceCountUtil.release(message);
    }
    return seen;
  }

  private String answers() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf bytes = connection.readOutbound();
        bytes != null;
        bytes = connection.readOutbound()) {
      text.append(bytes.toString(ISO_8859_1));
      bytes.release();
    }
    return text.toString();
  }

  private static HttpResponse whole(int length) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.OK,
            Unpooled.copiedBuffer("x".repeat(length), ISO_8859_1));
    response.headers().set("Content-Length", length);
    return response;
  }

  private void assertRefused(int status, String because) {
    assertThat(seen()).isEmpty();
    assertThat(answers())
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("content-type: application/problem+json")
        .containsIgnoringCase("connection: close")
        .contains("\"status\":" + status)
        .contains(because);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void whatIsHttpGoesThrough() {
    comes(PLAIN);
    comes("GET / HTTP/1.0\r\n\r\n");
    comes("GET http://a.example/x HTTP/1.1\r\nHost: my_service.a-b.example:8080\r\n\r\n");
    comes("GET / HTTP/1.1\r\nhOsT: [::1]:80\r\n\r\n");
    comes(POST + "Content-Length: 2\r\n\r\n{}" + POST + "Transfer-Encoding: Chunked\r\n\r\n");
    comes("2\r\n{}\r\n0\r\nX: trailer\r\n\r\n");
    assertThat(seen()).hasSize(6);
    assertThat(answers()).isEmpty();
    assertThat(connection.isOpen()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1~~ | 400 | one Host",
        "GET / HTTP/1.1~Host: a~Host: a~~ | 400 | one Host",
        "GET / HTTP/1.1~host: a~HOST: b~~ | 400 | one Host",
        "GET / HTTP/1.0~Host: a~Host: b~~ | 400 | one Host",
        "GET / HTTP/1.1~Host: a b~~ | 400 | names no host",
        "GET / HTTP/1.1~Host:~~ | 400 | names no host",
        "GET / HTTP/1.1~Host: a:b~~ | 400 | names no host",
        "GET / HTTP/1.1~Host: a~X: b~ c~~ | 400 | second line",
        "GET / HTTP/1.1~Host: a~X: b~\tc~~ | 400 | second line",
        "GET / HTTP/1.1~Host: a~ b~~ | 400 | second line",
        "GET / HTTP/1.1~ X: b~Host: a~~ | 400 | malformed",
        "GET / HTTP/1.1~Host: a~X : b~~ | 400 | malformed",
        "POST / HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~ | 400 | exclude",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 5~~ | 400 | exclude",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip~Content-Length: 5~~ | 400 | exclude",
        "POST / HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 6~~ | 400 | one number",
        "POST / HTTP/1.1~Host: a~Content-Length: 5, 5~~ | 400 | one number",
        "POST / HTTP/1.1~Host: a~Content-Length: +5~~ | 400 | one number",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip~~ | 400 | chunked",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~ | 400 | chunked",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, gzip~~ | 400 | chunked",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, chunked~~ | 400 | chunked",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip~Transfer-Encoding: chunked~~ | 501 | chunked",
        "POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~ | 400 | HTTP/1.0",
        "GET / HTTP/7.1~Host: a~~ | 505 | spoken here",
        "GET /~~ | 400 | request line"
      })
  void whatIsNoHttpIsAProblemAndTheEndOfTheConnection(String head, int status, String because) {
    comes(head.replace("~", "\r\n"));
    assertRefused(status, because);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 20})
  void aFoldIsSeenHoweverTheBytesAreCut(int piece) {
    String head = GET + "X: b\r\n c\r\n\r\n";
    for (int at = 0; at < head.length(); at += piece) {
      comes(head.substring(at, Math.min(head.length(), at + piece)));
    }
    assertRefused(400, "second line");
  }

  @Test
  void aBodyMayHaveLinesThatBeginWithBlanks() {
    String body = "{\n  \"a\": 1\n}\n";
    comes(POST + "Content-Length: " + body.length() + "\r\n\r\n" + body + PLAIN);
    assertThat(seen()).hasSize(2);
  }

  @Test
  void whatCameBeforeIsAnsweredFirst() {
    comes(PLAIN + "GET / HTTP/1.1\r\n\r\n" + PLAIN);
    assertThat(seen()).hasSize(1);
    assertThat(answers()).isEmpty();

    connection.writeOutbound(whole(3));

    assertThat(answers()).startsWith("HTTP/1.1 200 ").contains("xxxHTTP/1.1 400 ");
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void malformedChunksAreAProblemOfTheRequestThatIsRead() {
    comes(POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    assertThat(seen()).hasSize(1);
    assertThat(answers()).startsWith("HTTP/1.1 400 ").contains("chunks");
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void anAnswerToAHeadHasNoBody() {
    comes("HEAD / HTTP/1.1\r\n\r\n");
    assertThat(answers()).startsWith("HTTP/1.1 400 ").endsWith("\r\n\r\n");
  }

  private void answersWithoutALength(HttpVersion version) {
    connection.writeOutbound(new DefaultHttpResponse(version, HttpResponseStatus.OK));
    connection.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Test
  void anAnswerWithoutAnEndClosesAConnectionOfHttp10() {
    comes("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    answersWithoutALength(HttpVersion.HTTP_1_0);
    assertThat(answers()).containsIgnoringCase("connection: close");
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void anAnswerWithALengthKeepsAConnectionOfHttp10() {
    comes("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    connection.writeOutbound(whole(2));
    assertThat(answers()).doesNotContainIgnoringCase("connection: close");
    assertThat(connection.isOpen()).isTrue();
  }
}
