package io.slipway.security.gate;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.security.OperatorsPortConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The optional port for health and metrics: anyone who can reach it may read these, without a key,
/// and nothing else. It leads to the same router, through the same gate.
@Singleton
final class OperatorsPort {
  private static final Logger LOG = Logger.getLogger(OperatorsPort.class);
  private static final long SECONDS_TO_LISTEN = 10;

  /// All paths on this port.
  static final Set<String> PATHS =
      Set.of(
          "/metrics",
          "/q/health",
          "/q/health/live",
          "/q/health/ready",
          "/q/health/started",
          "/q/health/group/promoted");

  private final OperatorsPortConfig config;
  private volatile @Nullable HttpServer server;
  private volatile int port = -1;

  @Inject
  OperatorsPort(OperatorsPortConfig config) {
    this.config = config;
  }

  void start(@Observes @Priority(2_000) StartupEvent event, Vertx vertx, Router router) {
    if (config.port().isEmpty()) {
      return;
    }
    HttpServerOptions options =
        new HttpServerOptions().setHost(config.host()).setPort(config.port().getAsInt());
    try {
      HttpServer listening =
          vertx
              .createHttpServer(options)
              .requestHandler(router)
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get(SECONDS_TO_LISTEN, TimeUnit.SECONDS);
      server = listening;
      port = listening.actualPort();
      LOG.infof("Health and metrics, without a key: http://%s:%d", config.host(), port);
    } catch (Exception e) {
      throw new IllegalStateException(
          "the operators' port (slipway.management.port) cannot be opened on "
              + config.host()
              + ":"
              + config.port().getAsInt(),
          e);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    HttpServer listening = server;
    if (listening != null) {
      listening.close();
    }
  }

  /// The port; -1 where it is not configured.
  int port() {
    return port;
  }

  /// Whether `request` arrived on this port.
  boolean is(HttpServerRequest request) {
    if (port < 0) {
      return false;
    }
    SocketAddress at = request.localAddress();
    return at != null && at.port() == port;
  }

  /// Whether this port serves the path of `request`.
  boolean has(HttpServerRequest request) {
    return (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD)
        && PATHS.contains(request.path());
  }
}
