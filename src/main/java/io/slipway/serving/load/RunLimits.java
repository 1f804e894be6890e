package io.slipway.serving.load;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import io.slipway.onnx.RunBounds;
import io.slipway.serving.ServingConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// The memory and output limits of a model's runs, in service and when it is checked.
@Singleton
final class RunLimits {
  private final RunBounds bounds;

  @Inject
  RunLimits(ServingConfig config) {
    try {
      bounds = bounds(config);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "slipway.serving.run-memory or slipway.serving.run-output is "
              + String.valueOf(e.getMessage()),
          e);
    }
  }

  private static RunBounds bounds(ServingConfig config) {
    return new RunBounds(
        config.runMemory().map(MemorySize::asLongValue).orElse(RunBounds.DEFAULT.memoryBytes()),
        config.runOutput().map(MemorySize::asLongValue).orElse(RunBounds.DEFAULT.outputBytes()));
  }

  RunBounds bounds() {
    return bounds;
  }
}
