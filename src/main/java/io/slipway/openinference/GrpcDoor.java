package io.slipway.openinference;

import io.grpc.Context;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.quarkus.grpc.GrpcService;
import io.slipway.door.BodyBudget;
import io.slipway.door.Predictions;
import io.slipway.door.RequestDeadline;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.security.gate.Callers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Routes gRPC calls to [OpenInferenceService]. Reflection and health use Quarkus's own gRPC
/// server. The service does not, as that server decompresses messages without a limit, supports
/// neither `grpc-timeout` nor `deflate`, and closes the whole connection when it answers a caller
/// who has cancelled.
@Singleton
final class GrpcDoor {
  private static final String SERVICE = "/inference.GRPCInferenceService/:method";

  /// After authentication and authorization, before Quarkus's own gRPC handler.
  private static final int ORDER = -50;

  private final Map<String, ServerMethodDefinition<?, ?>> methods;
  private final GrpcCall.Limits limits;
  private final RequestDeadline requestDeadline;
  private final Callers callers;

  @Inject
  GrpcDoor(
      @GrpcService OpenInferenceService service,
      BodyBudget budget,
      RequestDeadline requestDeadline,
      Callers callers,
      MeterRegistry meters,
      @ConfigProperty(name = "quarkus.grpc.server.max-inbound-message-size") int maxMessage) {
    this.methods =
        ServerInterceptors.intercept(service, new MetricCollectingServerInterceptor(meters))
            .getMethods()
            .stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    method -> String.valueOf(method.getMethodDescriptor().getBareMethodName()),
                    Function.identity()));
    this.limits = new GrpcCall.Limits(maxMessage, budget);
    this.requestDeadline = requestDeadline;
    this.callers = callers;
  }

  void register(@Observes Router router) {
    router.post(SERVICE).order(ORDER).handler(this::call);
    for (String service :
        List.of(
            "/grpc.health.v1.Health/*",
            "/grpc.reflection.v1.ServerReflection/*",
            "/grpc.reflection.v1alpha.ServerReflection/*")) {
      router.post(service).order(ORDER).handler(GrpcDoor::uncompressed);
    }
  }

  private void call(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    if (!isGrpc(request)) {
      rc.response().setStatusCode(415).end();
      return;
    }
    ServerMethodDefinition<?, ?> method = methods.get(rc.pathParam("method"));
    if (method == null) {
      GrpcReplies.refuse(request, Status.UNIMPLEMENTED.withDescription("unknown method"));
      return;
    }
    try {
      Coding coding = Coding.ofBody(request.getHeader("grpc-encoding"));
      Context context = CallDeadline.context(request, requestDeadline);
      String key = request.getHeader(Predictions.ROUTING_KEY);
      Context caller =
          CallIdentity.in(context, callers.of(rc), () -> callers.standing(request), key);
      new GrpcCall<>(request, method, caller, coding, limits).start();
    } catch (RefusedInput.UnsupportedMedia e) {
      GrpcReplies.refuse(
          request, Status.UNIMPLEMENTED.withDescription("grpc-encoding must be gzip or deflate"));
    } catch (RefusedInput e) {
      GrpcReplies.refuse(request, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
    }
  }

  private static boolean isGrpc(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return request.version() == HttpVersion.HTTP_2
        && type != null
        && (type.equals("application/grpc")
            || type.startsWith("application/grpc+")
            || type.startsWith("application/grpc;"));
  }

  /// Refuses compressed messages to Quarkus's services, which would decompress without a limit.
  private static void uncompressed(RoutingContext rc) {
    String encoding = rc.request().getHeader("grpc-encoding");
    if (encoding == null || encoding.equals("identity")) {
      rc.next();
    } else {
      GrpcReplies.refuse(
          rc.request(),
          Status.UNIMPLEMENTED.withDescription(
              "this service does not support compressed messages"));
    }
  }
}
