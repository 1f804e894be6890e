package io.slipway.peers;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// How the process behaves as the container of a SageMaker endpoint.
@ConfigMapping(prefix = "slipway.sagemaker")
interface SageMakerConfig {
  /// The model behind `/invocations`, which name none; where it is not set, the only one that is in
  /// production.
  Optional<String> model();
}
