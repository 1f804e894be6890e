package io.slipway.openinference;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.slipway.door.BodyBudget;
import io.slipway.openinference.GrpcFrames.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One gRPC call on an HTTP/2 request. Runs on the request's event loop, except for decoding large
/// messages. It notices at once when the caller disconnects, and then writes nothing more.
///
/// @param <Q> the type of requests
/// @param <A> the type of answers
final class GrpcCall<Q, A> extends ServerCall<Q, A> {
  private static final Logger LOG = Logger.getLogger(GrpcCall.class);

  /// Messages above this size are not decoded on the event loop.
  private static final int LARGE = 256 << 10;

  /// The limits of a call.
  ///
  /// @param message the most bytes of one message, compressed or not
  record Limits(int message, BodyBudget budget) {}

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ServerMethodDefinition<Q, A> method;
  private final Context context;
  private final io.vertx.core.Context loop = Vertx.currentContext();
  private final Coding coding;
  private final Limits limits;
  private final GrpcFrames frames;
  private final Queue<Frame> received = new ArrayDeque<>();
  private @Nullable Listener<Q> listener;
  private int wanted;
  private boolean pumping;
  private boolean unfolding;
  private boolean ended;
  private boolean halfClosed;
  private boolean answering;
  private boolean closed;
  private volatile boolean cancelled;

  /// @param context visible to the service as [Context#current]
  /// @param coding of compressed messages
  GrpcCall(
      HttpServerRequest request,
      ServerMethodDefinition<Q, A> method,
      Context context,
      Coding coding,
      Limits limits) {
    this.request = request;
    this.response = request.response();
    this.method = method;
    this.context = context;
    this.coding = coding;
    this.limits = limits;
    this.frames = new GrpcFrames(limits.message(), limits.budget(), received::add);
  }

  void start() {
    request.exceptionHandler(_ -> cancel());
    response.exceptionHandler(_ -> cancel());
    response.closeHandler(_ -> cancel());
    context.run(() -> listener = method.getServerCallHandler().startCall(this, none()));
    request.handler(this::chunk);
    request.endHandler(
        _ -> {
          ended = true;
          pump();
        });
    request.resume();
  }

  private void chunk(Buffer chunk) {
    if (closed || cancelled) {
      return;
    }
    try {
      frames.feed(chunk);
    } catch (RefusedInput.TooLarge | Unserved.Overloaded e) {
      close(Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()), none());
      return;
    } catch (RefusedInput e) {
      close(Status.INTERNAL.withDescription(e.getMessage()), none());
      return;
    }
    pump();
  }

  /// Passes messages to the service as far as it has requested and they have arrived.
  private void pump() {
    if (pumping) {
      // The service answered at once and requested more: the loop below continues.
      return;
    }
    pumping = true;
    while (!received.isEmpty() && wanted > 0 && !unfolding && !closed && !cancelled) {
      Frame frame = received.remove();
      wanted--;
      if (!frame.compressed() && frame.bytes().length < LARGE) {
        message(frame);
      } else {
        unfold(frame);
      }
    }
    pumping = false;
    if (closed || cancelled) {
      return;
    }
    if (!received.isEmpty()) {
      request.pause();
    } else if (!ended) {
      request.resume();
    } else if (!unfolding && !halfClosed) {
      halfClosed = true;
      if (frames.unfinished()) {
        close(Status.INTERNAL.withDescription("a message is incomplete"), none());
      } else {
        tell(Listener::onHalfClose);
      }
    }
  }

  private void message(Frame frame) {
    try {
      Q message = parse(frame);
      tell(to -> to.onMessage(message));
    } catch (RuntimeException e) {
      malformed(e);
    }
  }

  private void unfold(Frame frame) {
    unfolding = true;
    loop.<Q>executeBlocking(() -> parse(frame), false)
        .onComplete(
            parsed -> {
              unfolding = false;
              if (parsed.failed()) {
                malformed(parsed.cause());
              } else {
                tell(to -> to.onMessage(parsed.result()));
                pump();
              }
            });
  }

  private void malformed(Throwable why) {
    Status status =
        switch (why) {
          case RefusedInput.TooLarge e -> Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage());
          case Unserved.Overloaded e -> Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage());
          case RefusedInput e -> Status.INTERNAL.withDescription(e.getMessage());
          case UncheckedIOException _ ->
              Status.INVALID_ARGUMENT.withDescription(
                  "the message does not have the method's type");
          default -> {
            LOG.error("a message could not be read", why);
            yield Status.INTERNAL;
          }
        };
    close(status, none());
  }

  /// Parses a message without copying its bytes.
  private Q parse(Frame frame) {
    try {
      if (frame.compressed() && coding == Coding.IDENTITY) {
        throw new RefusedInput.Malformed("a message is compressed, but grpc-encoding is missing");
      }
      byte[] plain =
          frame.compressed()
              ? coding.decode(frame.bytes(), limits.message(), frame.room())
              : frame.bytes();
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(plain).newCodedInput();
      in.enableAliasing(true);
      @SuppressWarnings("unchecked") // the prototype of what the method takes
      Q message = (Q) prototype().getParserForType().parseFrom(in);
      return message;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      frame.room().close();
    }
  }

  private MessageLite prototype() {
    var marshaller =
        (MethodDescriptor.PrototypeMarshaller<Q>)
            method.getMethodDescriptor().getRequestMarshaller();
    return (MessageLite) marshaller.getMessagePrototype();
  }

  private interface Telling<Q> {
    void to(Listener<Q> listener);
  }

  private void tell(Telling<Q> what) {
    Listener<Q> to = listener;
    if (to == null) {
      return;
    }
    try {
      context.run(() -> what.to(to));
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s failed", request.path());
      close(Status.INTERNAL.withDescription("internal error; see the server's log"), none());
    }
  }

  private static Metadata none() {
    return new Metadata();
  }

  private void cancel() {
    if (!cancelled && !closed) {
      cancelled = true;
      drop();
      tell(Listener::onCancel);
    }
  }

  private void drop() {
    frames.abandon();
    received.forEach(frame -> frame.room().close());
    received.clear();
  }

  @Override
  public void request(int messages) {
    wanted += messages;
    if (listener != null) {
      pump();
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    // Sent with the first message, or with the end of the call.
  }

  @Override
  public void sendMessage(A message) {
    if (gone()) {
      return;
    }
    if (!answering) {
      answering = true;
      GrpcReplies.headers(response);
      response.drainHandler(_ -> tell(Listener::onReady));
    }
    response.write(frame((MessageLite) message));
  }

  private static Buffer frame(MessageLite message) {
    int size = message.getSerializedSize();
    byte[] bytes = new byte[GrpcFrames.PREFIX + size];
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[1 + i] = (byte) (size >>> Byte.SIZE * (Integer.BYTES - 1 - i));
    }
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, GrpcFrames.PREFIX, size);
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed) {
      return;
    }
    closed = true;
    drop();
    if (!cancelled && !response.closed()) {
      if (answering) {
        response.putTrailer("grpc-status", Integer.toString(status.getCode().value()));
        if (status.getDescription() != null) {
          response.putTrailer("grpc-message", GrpcReplies.encoded(status.getDescription()));
        }
        response.end();
      } else {
        GrpcReplies.refuse(request, status);
      }
    }
    if (!cancelled) {
      tell(Listener::onComplete);
    }
  }

  private boolean gone() {
    return closed || cancelled || response.closed();
  }

  @Override
  public boolean isReady() {
    return !gone() && !response.writeQueueFull();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method.getMethodDescriptor();
  }
}
