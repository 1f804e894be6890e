package io.slipway.serving.load;

import io.quarkus.runtime.configuration.MemorySize;
import io.slipway.onnx.RunBounds;
import io.slipway.serving.ServingConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// What the runs of a model may take here: in service, and when it is tried.
@Singleton
final class RunLimits {
  private final RunBounds bounds;

  @Inject
  RunLimits(ServingConfig config) {
    bounds =
        new RunBounds(
            config.runMemory().map(MemorySize::asLongValue).orElse(RunBounds.DEFAULT.memoryBytes()),
            config
                .runOutput()
                .map(MemorySize::asLongValue)
                .orElse(RunBounds.DEFAULT.outputBytes()));
  }

  RunBounds bounds() {
    return bounds;
  }
}
