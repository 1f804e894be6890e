package io.slipway.peers;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// The configuration of the process as the container of a SageMaker endpoint.
@ConfigMapping(prefix = "slipway.sagemaker")
interface SageMakerConfig {
  /// The model for `/invocations`, whose URL names none; by default the only one in production.
  Optional<String> model();
}
