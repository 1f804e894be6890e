package io.slipway.openinference;

import inference.GRPCInferenceServiceGrpc;
import inference.InferBatchStatistics;
import inference.InferStatistics;
import inference.ModelConfig;
import inference.ModelConfigRequest;
import inference.ModelConfigResponse;
import inference.ModelInferRequest;
import inference.ModelInferResponse;
import inference.ModelInput;
import inference.ModelMetadataRequest;
import inference.ModelMetadataResponse;
import inference.ModelOutput;
import inference.ModelReadyRequest;
import inference.ModelReadyResponse;
import inference.ModelStatistics;
import inference.ModelStatisticsRequest;
import inference.ModelStatisticsResponse;
import inference.ModelStreamInferResponse;
import inference.RepositoryIndexRequest;
import inference.RepositoryIndexResponse;
import inference.RepositoryModelLoadRequest;
import inference.RepositoryModelLoadResponse;
import inference.RepositoryModelUnloadRequest;
import inference.RepositoryModelUnloadResponse;
import inference.ServerLiveRequest;
import inference.ServerLiveResponse;
import inference.ServerMetadataRequest;
import inference.ServerMetadataResponse;
import inference.ServerReadyRequest;
import inference.ServerReadyResponse;
import inference.StatisticDuration;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.slipway.door.Leases;
import io.slipway.door.RequestDeadline;
import io.slipway.openinference.Statistics.Compute;
import io.slipway.openinference.Statistics.Snapshot;
import io.slipway.openinference.Statistics.Total;
import io.slipway.pipeline.frame.Graph;
import io.slipway.security.Denied;
import io.slipway.security.Permission;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// The gRPC service of the protocol. Runs on the event loop and never blocks it.
@GrpcService
class OpenInferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final GrpcInfer infer;
  private final Leases leases;
  private final ServingTable table;
  private final Repository repository;
  private final Statistics statistics;
  private final Server server;
  private final RequestDeadline requestDeadline;

  @Inject
  OpenInferenceService(
      GrpcInfer infer,
      Leases leases,
      ServingTable table,
      Repository repository,
      Statistics statistics,
      Server server,
      RequestDeadline requestDeadline) {
    this.infer = infer;
    this.leases = leases;
    this.table = table;
    this.repository = repository;
    this.statistics = statistics;
    this.server = server;
    this.requestDeadline = requestDeadline;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answer) {
    end(answer, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> answer) {
    end(answer, ServerReadyResponse.newBuilder().setReady(server.ready()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> answer) {
    boolean ready;
    try {
      CallIdentity.current().require(Permission.SERVED, request.getName());
      ready =
          table.peek(request.getName(), leases.selector(request.getName(), request.getVersion()))
              != null;
    } catch (Unserved e) {
      ready = false;
    } catch (Denied e) {
      fail(answer, e);
      return;
    }
    end(answer, ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> answer) {
    end(
        answer,
        ServerMetadataResponse.newBuilder()
            .setName(Server.NAME)
            .setVersion(server.version())
            .addAllExtensions(Server.EXTENSIONS)
            .build());
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
    AtomicBoolean cancelled = new AtomicBoolean();
    ((ServerCallStreamObserver<ModelInferResponse>) answer)
        .setOnCancelHandler(() -> cancelled.set(true));
    infer.infer(
        request,
        CallIdentity.current(),
        CallIdentity.routingKey(),
        CallDeadline.due(requestDeadline),
        response -> end(answer, response),
        why -> fail(answer, why),
        cancelled::get);
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> answers) {
    return new InferStream(
            infer,
            CallIdentity.current(),
            CallIdentity.standing(),
            CallIdentity.routingKey(),
            () -> System.nanoTime() + requestDeadline.of(null).toNanos(),
            (ServerCallStreamObserver<ModelStreamInferResponse>) answers)
        .start();
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answer) {
    view(answer, request.getName(), request.getVersion(), this::metadata);
  }

  private ModelMetadataResponse metadata(ModelView view) {
    ModelMetadataResponse.Builder page =
        ModelMetadataResponse.newBuilder().setName(view.model()).setPlatform(ModelView.PLATFORM);
    repository.versions(view.model()).forEach(n -> page.addVersions(Integer.toString(n)));
    view.inputs().forEach((name, port) -> page.addInputs(tensor(name, port)));
    view.outputs().ports().forEach((name, port) -> page.addOutputs(tensor(name, port)));
    return page.build();
  }

  private static ModelMetadataResponse.TensorMetadata tensor(String name, Graph.Port port) {
    return ModelMetadataResponse.TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(Datatype.ofPort(port.dtype()).name())
        .addAllShape(port.shape())
        .build();
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> answer) {
    view(
        answer,
        request.getName(),
        request.getVersion(),
        view -> ModelConfigResponse.newBuilder().setConfig(config(view)).build());
  }

  private static ModelConfig config(ModelView view) {
    ModelConfig.Builder config =
        ModelConfig.newBuilder()
            .setName(view.model())
            .setPlatform(ModelView.PLATFORM)
            .setBackend("onnxruntime");
    view.inputs()
        .forEach(
            (name, port) ->
                config.addInput(
                    ModelInput.newBuilder()
                        .setName(name)
                        .setDataType(Datatype.ofPort(port.dtype()).inConfig())
                        .setFormat(ImageFormat.of(port))
                        .addAllDims(port.shape())
                        .setOptional(
                            view.columns().containsKey(name)
                                && view.columns().get(name).nullable())));
    view.outputs()
        .ports()
        .forEach(
            (name, port) ->
                config.addOutput(
                    ModelOutput.newBuilder()
                        .setName(name)
                        .setDataType(Datatype.ofPort(port.dtype()).inConfig())
                        .addAllDims(port.shape())));
    return config.build();
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> answer) {
    if (request.getName().isEmpty()) {
      if (!CallIdentity.current().may(Permission.SERVED)) {
        fail(answer, Denied.forSomeModels(CallIdentity.current()));
        return;
      }
      List<VersionId> all =
          repository.index(true).stream()
              .map(e -> new VersionId(e.model(), Integer.parseInt(e.version())))
              .toList();
      end(answer, statistics(all));
    } else {
      view(answer, request.getName(), request.getVersion(), view -> statistics(List.of(view.id())));
    }
  }

  private ModelStatisticsResponse statistics(List<VersionId> versions) {
    ModelStatisticsResponse.Builder page = ModelStatisticsResponse.newBuilder();
    versions.forEach(id -> page.addModelStats(statistics(id, statistics.of(id))));
    return page.build();
  }

  private static ModelStatistics statistics(VersionId id, Snapshot snapshot) {
    Compute compute = snapshot.compute();
    ModelStatistics.Builder stats =
        ModelStatistics.newBuilder()
            .setName(id.model())
            .setVersion(Integer.toString(id.number()))
            .setLastInference(snapshot.lastMillis())
            .setInferenceCount(snapshot.inferences())
            .setExecutionCount(snapshot.executions())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(total(snapshot.success()))
                    .setFail(total(snapshot.fail()))
                    .setQueue(total(snapshot.queue()))
                    .setComputeInput(total(compute.input()))
                    .setComputeInfer(total(compute.infer()))
                    .setComputeOutput(total(compute.output()))
                    .setCacheHit(total(Total.NONE))
                    .setCacheMiss(total(Total.NONE)));
    for (Map.Entry<Integer, Compute> size : snapshot.sizes().entrySet()) {
      stats.addBatchStats(
          InferBatchStatistics.newBuilder()
              .setBatchSize(size.getKey())
              .setComputeInput(total(size.getValue().input()))
              .setComputeInfer(total(size.getValue().infer()))
              .setComputeOutput(total(size.getValue().output())));
    }
    return stats.build();
  }

  private static StatisticDuration total(Total total) {
    return StatisticDuration.newBuilder().setCount(total.count()).setNs(total.nanos()).build();
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> answer) {
    RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
    for (Repository.Entry entry : repository.index(request.getReady())) {
      index.addModels(
          RepositoryIndexResponse.ModelIndex.newBuilder()
              .setName(entry.model())
              .setVersion(entry.version())
              .setState(entry.state())
              .setReason(entry.reason()));
    }
    end(answer, index.build());
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> answer) {
    if (!mayMove(answer, request.getModelName())) {
      return;
    }
    if (request.getParametersCount() > 0) {
      fail(answer, Repository.noParameters());
      return;
    }
    repository.load(
        Vertx.currentContext(),
        request.getModelName(),
        CallDeadline.due(requestDeadline),
        () -> end(answer, RepositoryModelLoadResponse.getDefaultInstance()),
        why -> fail(answer, why));
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> answer) {
    if (!mayMove(answer, request.getModelName())) {
      return;
    }
    repository.unload(
        Vertx.currentContext(),
        request.getModelName(),
        CallDeadline.due(requestDeadline),
        () -> end(answer, RepositoryModelUnloadResponse.getDefaultInstance()),
        why -> fail(answer, why));
  }

  /// Answers with data about a version.
  private <A> void view(
      StreamObserver<A> answer, String model, String version, Function<ModelView, A> page) {
    Consumer<RuntimeException> refused = why -> fail(answer, why);
    try {
      CallIdentity.current().require(Permission.SERVED, model);
      leases.lease(
          Vertx.currentContext(),
          model,
          leases.selector(model, version),
          CallDeadline.due(requestDeadline),
          lease -> {
            try (lease) {
              end(answer, page.apply(ModelView.of(lease.servable())));
            }
          },
          refused);
    } catch (Unserved | Denied e) {
      refused.accept(e);
    }
  }

  /// Whether the caller may move stages of `model`; if not, the call is refused.
  private static boolean mayMove(StreamObserver<?> answer, String model) {
    try {
      CallIdentity.current().require(Permission.PROMOTE, model);
      return true;
    } catch (Denied e) {
      fail(answer, e);
      return false;
    }
  }

  private static <A> void end(StreamObserver<A> answer, A value) {
    if (awaited(answer)) {
      answer.onNext(value);
      answer.onCompleted();
    }
  }

  private static void fail(StreamObserver<?> answer, RuntimeException why) {
    if (awaited(answer)) {
      answer.onError(GrpcErrors.status(why).asRuntimeException());
    }
  }

  private static boolean awaited(StreamObserver<?> answer) {
    return !((ServerCallStreamObserver<?>) answer).isCancelled();
  }
}
