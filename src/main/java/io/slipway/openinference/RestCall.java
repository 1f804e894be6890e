package io.slipway.openinference;

import io.slipway.door.HttpCall;
import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Servable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An infer request over REST.
final class RestCall extends HttpCall {
  static final CharSequence HEADER_LENGTH =
      HttpHeaders.createOptimized("Inference-Header-Content-Length");

  private final Options options;

  /// The finding of the last reading.
  private volatile RefusedInput.@Nullable Invalid unequal;

  /// The options from the headers, and the limits.
  ///
  /// @param headerLength the length of the JSON before binary data; -1: JSON only
  /// @param most the most bytes of the body, compressed or not
  /// @param maxRows the most objects in a batch of business objects
  record Options(Coding body, Coding answer, int headerLength, long most, int maxRows) {}

  RestCall(HttpServerRequest request, InferDoor door, Duration timeout, Options options) {
    super(request, door, timeout);
    this.options = options;
  }

  @Override
  public long admit(Servable servable) {
    return options.most();
  }

  @Override
  public boolean partial() {
    return false;
  }

  @Override
  protected Reading read(Servable servable, byte[] body, Reservation room) {
    byte[] plain = options.body().decode(body, options.most(), room);
    InferReading reading =
        new InferReading(
            servable,
            room,
            options.maxRows(),
            inputs -> JsonRequest.read(plain, options.headerLength(), inputs)) {
          @Override
          Reply answer(Servable version, InferRequest asked, List<Output> outputs, String ids) {
            return written(version, JsonAnswer.of(asked, outputs, ids));
          }
        };
    unequal = reading.unequal();
    return reading;
  }

  private Reply written(Servable servable, JsonAnswer answer) {
    Coding coding = answer.body().length < Coding.SMALLEST ? Coding.IDENTITY : options.answer();
    byte[] encoded = coding.encode(answer.body());
    boolean json = answer.headerLength() < 0;
    return reply(
        servable,
        response -> {
          response.putHeader(
              HttpHeaders.CONTENT_TYPE, json ? "application/json" : "application/octet-stream");
          if (!json) {
            response.putHeader(HEADER_LENGTH, Integer.toString(answer.headerLength()));
          }
          if (coding != Coding.IDENTITY) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, coding.token());
          }
          response.end(Buffer.buffer(encoded));
        });
  }

  @Override
  protected void refuseNow(@Nullable Servable servable, RuntimeException why) {
    Errors.send(request(), Errors.blamed(servable, why, unequal));
  }

  /// Unknown for a compressed body, which may decompress to any size.
  @Override
  public long bytes() {
    return options.body() == Coding.IDENTITY ? length() : Long.MAX_VALUE;
  }
}
