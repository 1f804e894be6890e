package io.slipway.openinference;

import io.slipway.serving.load.ServingState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The server's metadata and readiness.
@Singleton
final class Server {
  static final String NAME = "slipway";

  /// The supported extensions of the protocol.
  static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "model_configuration",
          "model_repository",
          "parameters",
          "statistics");

  private final ServingState state;
  private final String version;

  @Inject
  Server(ServingState state, @ConfigProperty(name = "quarkus.application.version") String version) {
    this.state = state;
    this.version = version;
  }

  String version() {
    return version;
  }

  /// As [ServingState#ready].
  boolean ready() {
    return state.ready();
  }
}
