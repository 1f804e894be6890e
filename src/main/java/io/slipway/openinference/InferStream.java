package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import inference.ModelStreamInferResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.slipway.security.Identity;
import io.slipway.security.gate.Standing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A stream of infer requests, answered in order. Several are served at once; further ones are read
/// only after answers. A refused request is answered with an `error_message`, and the stream
/// continues. Runs on the call's event loop.
final class InferStream implements StreamObserver<ModelInferRequest> {
  /// The most requests of one stream that are served at once.
  private static final int TOGETHER = 16;

  private final GrpcInfer infer;
  private final Identity identity;
  private final Standing standing;
  private final @Nullable String key;
  private final Supplier<Long> deadline;
  private final ServerCallStreamObserver<ModelStreamInferResponse> answers;
  private final Deque<AnswerSlot> slots = new ArrayDeque<>();
  private boolean complete;

  /// The number of requests to read once the caller is ready to receive.
  private int owed;

  private boolean over;
  private volatile boolean cancelled;

  /// The position of the answer to one request.
  private static final class AnswerSlot {
    @Nullable ModelStreamInferResponse answer;
  }

  /// @param identity of the caller
  /// @param standing of the caller, judged at each request; the stream ends with it
  /// @param key see [io.slipway.serving.run.Choice#key]
  /// @param deadline gives the deadline of a request that arrives now
  InferStream(
      GrpcInfer infer,
      Identity identity,
      Standing standing,
      @Nullable String key,
      Supplier<Long> deadline,
      ServerCallStreamObserver<ModelStreamInferResponse> answers) {
    this.infer = infer;
    this.identity = identity;
    this.standing = standing;
    this.key = key;
    this.deadline = deadline;
    this.answers = answers;
  }

  /// Starts to read requests.
  InferStream start() {
    answers.setOnCancelHandler(() -> cancelled = true);
    answers.setOnReadyHandler(this::take);
    answers.disableAutoRequest();
    answers.request(TOGETHER);
    return this;
  }

  @Override
  public void onNext(ModelInferRequest request) {
    if (over) {
      return;
    }
    if (!standing.holds()) {
      over = true;
      answers.onError(Status.UNAUTHENTICATED.withDescription(Standing.ENDED).asRuntimeException());
      return;
    }
    AnswerSlot slot = new AnswerSlot();
    slots.add(slot);
    infer.infer(
        request,
        identity,
        key,
        deadline.get(),
        answer -> put(slot, ModelStreamInferResponse.newBuilder().setInferResponse(answer).build()),
        why -> put(slot, refusal(request, why)),
        () -> cancelled);
  }

  private static ModelStreamInferResponse refusal(ModelInferRequest request, RuntimeException why) {
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage(Errors.text(why))
        .setInferResponse(ModelInferResponse.newBuilder().setId(request.getId()))
        .build();
  }

  private void put(AnswerSlot slot, ModelStreamInferResponse answer) {
    slot.answer = answer;
    while (!over && !cancelled && !slots.isEmpty()) {
      ModelStreamInferResponse next = slots.element().answer;
      if (next == null) {
        return;
      }
      slots.remove();
      answers.onNext(next);
      owed++;
      take();
    }
    finish();
  }

  private void take() {
    if (owed > 0 && !over && !cancelled && answers.isReady()) {
      int more = owed;
      owed = 0;
      answers.request(more);
    }
  }

  @Override
  public void onError(Throwable failure) {
    over = true;
    cancelled = true;
  }

  @Override
  public void onCompleted() {
    complete = true;
    finish();
  }

  private void finish() {
    if (complete && slots.isEmpty() && !over && !cancelled) {
      over = true;
      answers.onCompleted();
    }
  }
}
