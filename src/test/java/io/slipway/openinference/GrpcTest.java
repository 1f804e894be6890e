package io.slipway.openinference;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.InferParameter;
import inference.ModelConfigRequest;
import inference.ModelInferRequest;
import inference.ModelInferRequest.InferInputTensor;
import inference.ModelInferResponse;
import inference.ModelMetadataRequest;
import inference.ModelMetadataResponse;
import inference.ModelReadyRequest;
import inference.ModelStatisticsRequest;
import inference.ModelStreamInferResponse;
import inference.RepositoryIndexRequest;
import inference.RepositoryModelLoadRequest;
import inference.RepositoryModelUnloadRequest;
import inference.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Registry;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The protocol over gRPC, on the port of HTTP, by the generated stub.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class GrpcTest {
  private static final int MIB = 1 << 20;

  /// More rounds than anyone waits for.
  private static final long ENDLESS = 1L << 50;

  @Inject ServingTable table;
  @Inject Registry registry;
  @Inject Promotions promotions;
  @Inject MeterRegistry meters;

  @TestHTTPResource("/")
  URI root;

  private ManagedChannel channel;
  private GRPCInferenceServiceBlockingStub stub;

  @BeforeEach
  void connect() {
    Served.onnx(table, registry, promotions, "oip-pair", "pair");
    Served.onnx(table, registry, promotions, "oip-rounds", "rounds");
    Served.onnx(table, registry, promotions, "oip-float32", "identity-float32");
    channel =
        ManagedChannelBuilder.forAddress(root.getHost(), root.getPort())
            .usePlaintext()
            .maxInboundMessageSize(80 * MIB)
            .build();
    stub = GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, SECONDS);
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, SECONDS);
  }

  private static ByteString ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static InferInputTensor.Builder input(String name) {
    return InferInputTensor.newBuilder().setName(name).setDatatype("INT32").addShape(1).addShape(4);
  }

  private static ModelInferRequest.Builder raw() {
    return ModelInferRequest.newBuilder()
        .setModelName("oip-pair")
        .setId("g-1")
        .addInputs(input("a"))
        .addInputs(input("b"))
        .addRawInputContents(ints(1, 2, 3, 4))
        .addRawInputContents(ints(1, 1, 1, 1));
  }

  private static ModelInferRequest.Builder typed() {
    InferInputTensor.Builder a = input("a");
    a.getContentsBuilder().addAllIntContents(List.of(1, 2, 3, 4));
    InferInputTensor.Builder b = input("b");
    b.getContentsBuilder().addAllIntContents(List.of(1, 1, 1, 1));
    return ModelInferRequest.newBuilder().setModelName("oip-pair").addInputs(a).addInputs(b);
  }

  private static ModelInferRequest rounds(long rounds) {
    InferInputTensor.Builder x =
        InferInputTensor.newBuilder().setName("x").setDatatype("INT64").addShape(1);
    x.getContentsBuilder().addInt64Contents(rounds);
    return ModelInferRequest.newBuilder().setModelName("oip-rounds").addInputs(x).build();
  }

  private StatusRuntimeException refused(ModelInferRequest request) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> stub.modelInfer(request));
  }

  @Test
  void bytesAndTypedContentsGiveTheSame() {
    ModelInferResponse answer = stub.modelInfer(raw().build());

    assertThat(answer.getId()).isEqualTo("g-1");
    assertThat(answer.getModelName()).isEqualTo("oip-pair");
    assertThat(answer.getModelVersion()).isEqualTo("1");
    assertThat(answer.getOutputs(0).getName()).isEqualTo("sum");
    assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 4L);
    assertThat(answer.getRawOutputContentsList())
        .containsExactly(ints(2, 3, 4, 5), ints(0, 1, 2, 3));
    assertThat(stub.modelInfer(typed().build()).getRawOutputContentsList())
        .isEqualTo(answer.getRawOutputContentsList());
  }

  @Test
  void onlyTheOutputsThatAreAskedForComeAndClassesWhereTheyAre() {
    ModelInferRequest.Builder request = raw();
    request
        .addOutputsBuilder()
        .setName("difference")
        .putParameters("classification", InferParameter.newBuilder().setInt64Param(1).build());

    ModelInferResponse answer = stub.modelInfer(request.build());

    assertThat(answer.getOutputsCount()).isEqualTo(1);
    assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(answer.getRawOutputContents(0).substring(4).toStringUtf8()).isEqualTo("3:3");
  }

  @Test
  void whatTheModelDoesNotTakeIsInvalid() {
    List<UnaryOperator<ModelInferRequest.Builder>> faults =
        List.of(
            r -> r.setInputs(0, input("a").setDatatype("FP64")),
            r -> r.setInputs(0, input("a").setDatatype("FP99")),
            r -> r.setInputs(0, input("NOPE")),
            r -> r.setInputs(0, input("b")),
            r -> r.setInputs(0, input("a").setShape(1, 3)),
            r -> r.setInputs(0, input("a").setShape(0, -1)),
            r -> r.setInputs(0, input("a").setShape(0, 2)),
            r -> r.setInputs(0, input("a").setShape(0, Long.MAX_VALUE).setShape(1, Long.MAX_VALUE)),
            r -> r.setRawInputContents(0, ints(1, 2, 3)),
            r -> r.addRawInputContents(ints(1)),
            r -> r.clearRawInputContents(),
            r -> r.clearInputs().clearRawInputContents(),
            r -> r.removeInputs(1).clearRawInputContents().addRawInputContents(ints(1, 2, 3, 4)),
            r -> {
              r.addOutputsBuilder().setName("NOPE");
              return r;
            },
            r -> {
              r.getInputsBuilder(0).getContentsBuilder().addIntContents(1);
              return r;
            });

    for (UnaryOperator<ModelInferRequest.Builder> fault : faults) {
      ModelInferRequest request = fault.apply(raw()).build();
      assertThat(refused(request).getStatus().getCode())
          .as(request.toString())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
    ModelInferRequest.Builder wrongField = typed();
    wrongField.getInputsBuilder(0).getContentsBuilder().clear().addFp32Contents(1);
    assertThat(refused(wrongField.build()).getStatus().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(stub.modelInfer(raw().build()).getId()).isEqualTo("g-1");
  }

  @Test
  void unknownNamesAreNotFoundAndEmptyStagesUnavailable() {
    var unknown =
        meters.find("slipway.predict.requests").tags("model", "_other", "outcome", "malformed");
    double before = unknown.counters().stream().mapToDouble(Counter::count).sum();
    assertThat(refused(raw().setModelName("nobody").build()).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refused(raw().setModelName("").build()).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refused(raw().setModelVersion("77").build()).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refused(raw().setModelVersion("staging").build()).getStatus().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(unknown.counters().stream().mapToDouble(Counter::count).sum() - before).isEqualTo(3);
    assertThat(stub.modelInfer(raw().setModelVersion("production").build()).getModelVersion())
        .isEqualTo("1");
  }

  @Test
  void theOtherMethodsTellWhatThereIs() {
    assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub.modelReady(ModelReadyRequest.newBuilder().setName("oip-pair").build()))
        .satisfies(answer -> assertThat(answer.getReady()).isTrue());
    assertThat(stub.modelReady(ModelReadyRequest.newBuilder().setName("nobody").build()))
        .satisfies(answer -> assertThat(answer.getReady()).isFalse());
    ModelMetadataResponse metadata =
        stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("oip-pair").build());
    assertThat(metadata.getVersionsList()).contains("1");
    assertThat(metadata.getInputs(1).getShapeList()).containsExactly(-1L, 4L);
    assertThat(
            stub.modelConfig(ModelConfigRequest.newBuilder().setName("oip-pair").build())
                .getConfig()
                .getInputCount())
        .isEqualTo(2);
    stub.modelInfer(raw().build());
    assertThat(
            stub.modelStatistics(ModelStatisticsRequest.newBuilder().setName("oip-pair").build())
                .getModelStats(0)
                .getInferenceCount())
        .isPositive();
    assertThat(stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
        .anyMatch(model -> model.getName().equals("oip-pair") && model.getState().equals("READY"));
    stub.repositoryModelLoad(
        RepositoryModelLoadRequest.newBuilder().setModelName("oip-pair").build());
    StatusRuntimeException unload =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                stub.repositoryModelUnload(
                    RepositoryModelUnloadRequest.newBuilder().setModelName("oip-pair").build()));
    assertThat(unload.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void aStreamIsAnsweredInItsOrderAndGoesOnAfterARefusal() {
    List<ModelStreamInferResponse> answers = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> ended = new CompletableFuture<>();
    StreamObserver<ModelInferRequest> requests =
        GRPCInferenceServiceGrpc.newStub(channel)
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    ended.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(null);
                  }
                });
    // So many that answers which are there at once must not nest.
    int sent = 3000;
    for (int i = 0; i < sent; i++) {
      ModelInferRequest.Builder request = raw().setId(Integer.toString(i));
      requests.onNext(i % 10 == 3 ? request.setModelName("nobody").build() : request.build());
    }
    requests.onCompleted();

    assertThat(ended).succeedsWithin(30, SECONDS);
    assertThat(answers.stream().map(a -> a.getInferResponse().getId()))
        .containsExactlyElementsOf(IntStream.range(0, sent).mapToObj(Integer::toString).toList());
    assertThat(answers.stream().filter(a -> !a.getErrorMessage().isEmpty())).hasSize(sent / 10);
  }

  @Test
  void aCallEndsAtItsDeadlineHoweverItIsGiven() {
    long begun = System.nanoTime();
    Status byTimeout =
        catchThrowableOfType(
                StatusRuntimeException.class,
                () ->
                    GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(300, MILLISECONDS)
                        .modelInfer(rounds(ENDLESS)))
            .getStatus();
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("slipway-deadline-ms", Metadata.ASCII_STRING_MARSHALLER), "300");
    Status byHeader =
        catchThrowableOfType(
                StatusRuntimeException.class,
                () ->
                    stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .modelInfer(rounds(ENDLESS)))
            .getStatus();

    assertThat(byTimeout.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(byHeader.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(
            SECONDS.convert(System.nanoTime() - begun, java.util.concurrent.TimeUnit.NANOSECONDS))
        .isLessThan(15);
    idle();
  }

  @Test
  void cancelledCallsStopTheirWorkAndLeaveTheQueue() {
    List<Future<ModelInferResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      calls.add(GRPCInferenceServiceGrpc.newFutureStub(channel).modelInfer(rounds(ENDLESS)));
    }
    await()
        .atMost(30, SECONDS)
        .until(
            () ->
                gauge("slipway.predict.in.flight") > 0 && gauge("slipway.predict.queue.depth") > 0);

    calls.forEach(call -> call.cancel(true));

    idle();
    assertThat(stub.modelInfer(rounds(3)).getOutputsCount()).isEqualTo(1);
  }

  @Test
  void aCallerOfRestWhoHangsUpStopsHisWork() throws Exception {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":["
            + ENDLESS
            + "]}]}";
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v2/models/oip-rounds/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      await().atMost(30, SECONDS).until(() -> gauge("slipway.predict.in.flight") > 0);
    }

    idle();
  }

  private double gauge(String name) {
    return meters.get(name).tag("model", "oip-rounds").gauge().value();
  }

  /// Waits until nothing is worked on, long before the deadline of those calls.
  private void idle() {
    await()
        .atMost(10, SECONDS)
        .until(
            () ->
                gauge("slipway.predict.in.flight") == 0
                    && gauge("slipway.predict.queue.depth") == 0);
  }

  private static ModelInferRequest floats(int bytes) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName("oip-float32")
            .addRawInputContents(ByteString.copyFrom(new byte[bytes]));
    request.addInputsBuilder().setName("x").setDatatype("FP32").addShape(bytes / 8).addShape(2);
    return request.build();
  }

  @Test
  void messagesUpToTheLimitPassAndLargerOnesAreRefused() {
    ModelInferRequest large = floats(48 * MIB);
    assertThat(stub.modelInfer(large).getRawOutputContents(0))
        .isEqualTo(large.getRawInputContents(0));
    assertThat(refused(floats(65 * MIB)).getStatus().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void compressedMessagesAreReadAndBoundedWhenTheyAreInflated() {
    assertThat(stub.withCompression("gzip").modelInfer(raw().build()).getId()).isEqualTo("g-1");
    StatusRuntimeException bomb =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> stub.withCompression("gzip").modelInfer(floats(100 * MIB)));
    assertThat(bomb.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(stub.modelInfer(raw().build()).getId()).isEqualTo("g-1");
  }

  @Test
  void callsAreCountedByMethodAndStatus() {
    stub.modelInfer(raw().build());

    assertThat(
            meters
                .get("grpc.server.processing.duration")
                .tag("service", "inference.GRPCInferenceService")
                .tag("method", "ModelInfer")
                .tag("statusCode", "OK")
                .timer()
                .count())
        .isPositive();
  }

  @Test
  void healthAndReflectionAreThere() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    CompletableFuture<ServerReflectionResponse> services = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> asking =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    services.complete(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    services.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(services)
        .succeedsWithin(10, SECONDS)
        .satisfies(
            answer ->
                assertThat(answer.getListServicesResponse().getServiceList())
                    .anyMatch(s -> s.getName().equals("inference.GRPCInferenceService")));
    asking.onCompleted();
  }
}
