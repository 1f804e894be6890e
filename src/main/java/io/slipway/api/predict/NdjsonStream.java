package io.slipway.api.predict;

import io.slipway.door.Chunks;
import io.slipway.door.GatewayConfig;
import io.slipway.door.HttpStream;
import io.slipway.security.gate.Standing;
import io.slipway.serving.run.Servable;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/// A request whose body is a stream of objects, one per line.
final class NdjsonStream extends HttpStream {
  private final GatewayConfig config;
  private final Standing standing;

  /// @param timeout the time limit of one chunk of lines
  /// @param standing whether the caller may still use the stream, which otherwise ends
  NdjsonStream(
      HttpServerRequest request, Duration timeout, GatewayConfig config, Standing standing) {
    super(request, timeout);
    this.config = config;
    this.standing = standing;
  }

  @Override
  protected void start(Chunks chunks) {
    new LineRelay(
            request(),
            context(),
            chunks,
            standing,
            longestLine(chunks.servable()),
            config.linesTogether())
        .start();
  }

  /// The longest line for `servable`, in bytes.
  private int longestLine(Servable servable) {
    long own =
        PredictDoor.servesBytes(servable)
            ? servable.pipeline().reader().maxBytes() * 4L / 3 + 1024
            : 0;
    return (int) Math.min(Math.max(config.maxLine().asLongValue(), own), Integer.MAX_VALUE - 8);
  }
}
