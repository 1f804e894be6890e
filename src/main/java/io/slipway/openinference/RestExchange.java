package io.slipway.openinference;

import io.slipway.door.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/// An infer request over REST.
final class RestExchange implements InferExchange {
  static final CharSequence HEADER_LENGTH =
      HttpHeaders.createOptimized("Inference-Header-Content-Length");

  private final HttpServerRequest request;
  private final Context context;
  private final Options options;
  private final Reservation reservation;
  private final byte[] body;

  /// What the headers say.
  ///
  /// @param headerLength the bytes of JSON before those of tensors; -1: all is JSON
  /// @param most the most bytes of the inflated body
  record Options(Coding body, Coding answer, int headerLength, long most) {}

  /// @param context the request's event loop
  RestExchange(
      HttpServerRequest request,
      Context context,
      Options options,
      Reservation reservation,
      byte[] body) {
    this.request = request;
    this.context = context;
    this.options = options;
    this.reservation = reservation;
    this.body = body;
  }

  @Override
  public InferRequest read(Inputs inputs) {
    byte[] plain = options.body().decode(body, options.most(), reservation);
    return JsonRequest.read(plain, options.headerLength(), inputs);
  }

  @Override
  public void answer(InferRequest asked, List<Output> outputs) {
    JsonAnswer answer = JsonAnswer.of(asked, outputs);
    Coding coding = answer.body().length < Coding.SMALLEST ? Coding.IDENTITY : options.answer();
    byte[] encoded = coding.encode(answer.body());
    String version = asked.inputs().view().version();
    EventLoop.run(
        context,
        () -> {
          HttpServerResponse response = request.response();
          if (response.ended() || response.closed()) {
            return;
          }
          boolean json = answer.headerLength() < 0;
          response
              .putHeader("Slipway-Model-Version", version)
              .putHeader(
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
  public void refuse(RuntimeException why) {
    EventLoop.run(context, () -> Errors.send(request, why));
  }

  /// A body that is to be inflated may be of any size.
  @Override
  public long bytes() {
    return options.body() == Coding.IDENTITY ? body.length : Long.MAX_VALUE;
  }

  @Override
  public boolean abandoned() {
    return request.response().closed();
  }
}
