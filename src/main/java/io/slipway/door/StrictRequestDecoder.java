package io.slipway.door;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A decoder of HTTP/1 requests that enforces RFC 9112 where Netty does not. It refuses a request
/// without `Host` or with two, with two declarations of its length, with an unsupported transfer
/// coding, or with a header folded over lines. A proxy may read such a request differently from the
/// server and take a part of its body for another caller's request (request smuggling).
///
/// A refused request is passed on with a failed decoder result, whose cause is a
/// [MalformedRequest].
/// Used by the connection's thread alone.
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private boolean inHead = true;
  private boolean hasRequestLine;
  private boolean folded;
  private int hosts;
  private int lengths;
  private int codings;

  StrictRequestDecoder(HttpServerOptions limits) {
    super(limits);
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    folded = false;
    hosts = 0;
    lengths = 0;
    codings = 0;
    HttpMessage message = super.createMessage(initialLine);
    hasRequestLine = true;
    return message;
  }

  /// Counts the headers that name the host and the length. The parsed headers do not tell how many
  /// there were: Netty may join or drop them.
  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    AsciiString name = super.splitHeaderName(line, start, length);
    switch (length) {
      case 4 -> hosts += same(name, HttpHeaderNames.HOST);
      case 14 -> lengths += same(name, HttpHeaderNames.CONTENT_LENGTH);
      case 17 -> codings += same(name, HttpHeaderNames.TRANSFER_ENCODING);
      default -> {
        // Other headers are not counted.
      }
    }
    return name;
  }

  private static int same(AsciiString name, AsciiString other) {
    return name.contentEqualsIgnoreCase(other) ? 1 : 0;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    int start = bytes.readerIndex();
    int before = out.size();
    super.decode(ctx, bytes, out);
    if (inHead) {
      folded |= folds(bytes, start);
      if (out.size() > before && out.get(before) instanceof HttpRequest request) {
        judge(request);
        inHead = false;
        hasRequestLine = false;
      }
    }
    if (out.size() > before && out.get(out.size() - 1) instanceof LastHttpContent) {
      inHead = true;
    }
  }

  /// Whether a line since `start` continues the line before it. The decoder consumes whole lines.
  private static boolean folds(ByteBuf bytes, int start) {
    int end = bytes.readerIndex();
    int line = start;
    while (line < end) {
      byte first = bytes.getByte(line);
      if (first == ' ' || first == '\t') {
        return true;
      }
      int feed = bytes.indexOf(line, end, (byte) '\n');
      if (feed < 0) {
        return false;
      }
      line = feed + 1;
    }
    return false;
  }

  private void judge(HttpRequest request) {
    MalformedRequest fault = fault(request);
    if (fault != null) {
      request.setDecoderResult(DecoderResult.failure(fault));
    }
  }

  private @Nullable MalformedRequest fault(HttpRequest request) {
    boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (request.decoderResult().isFailure()) {
      MalformedRequest coding = hasRequestLine && codings > 0 ? codingFault(request, old) : null;
      return coding != null
          ? coding
          : MalformedRequest.of(request.decoderResult().cause(), unread());
    }
    if (!old && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return MalformedRequest.VERSION;
    }
    if (folded) {
      return MalformedRequest.of("a header goes on in a second line, which HTTP has given up");
    }
    if (hosts > 1 || hosts == 0 && !old) {
      return MalformedRequest.of("a request has one Host, this one has " + hosts);
    }
    if (hosts == 1 && !isHost(request.headers().get(HttpHeaderNames.HOST))) {
      return MalformedRequest.of("Host names no host: expected a name or an address, and a port");
    }
    return codings == 0 ? null : codingFault(request, old);
  }

  /// The message for a request that Netty could not parse.
  private String unread() {
    if (!hasRequestLine) {
      return "the request line is malformed: expected METHOD path HTTP/1.1";
    }
    return lengths > 0
        ? "a header is malformed; Content-Length is one number"
        : "a header is malformed: each is a name, a colon and a value";
  }

  private static boolean isHost(@Nullable String host) {
    return host != null && !host.isEmpty() && HostAndPort.parseAuthority(host, -1) != null;
  }

  /// What is wrong with `Transfer-Encoding`.
  private @Nullable MalformedRequest codingFault(HttpRequest request, boolean old) {
    if (lengths > 0) {
      return MalformedRequest.of("Content-Length and Transfer-Encoding exclude each other");
    }
    if (old) {
      return MalformedRequest.of("HTTP/1.0 has no Transfer-Encoding");
    }
    String value =
        String.join(",", request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING))
            .strip()
            .toLowerCase(Locale.ROOT);
    if (HttpHeaderValues.CHUNKED.contentEquals(value)) {
      return null;
    }
    String last = value.substring(value.lastIndexOf(',') + 1).strip();
    return HttpHeaderValues.CHUNKED.contentEquals(last) && value.indexOf("chunked,") < 0
        ? MalformedRequest.CODING
        : MalformedRequest.of("the last and only Transfer-Encoding is chunked");
  }
}
