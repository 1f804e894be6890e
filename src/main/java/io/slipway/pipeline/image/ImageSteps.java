package io.slipway.pipeline.image;

import io.slipway.bundle.*;
import io.slipway.pipeline.frame.*;
import org.jspecify.annotations.Nullable;

public final class ImageSteps {
  public static @Nullable Transform compile(
      Step.OnImage s, Scope scope, InputSchema.@Nullable Image i) {
    return null;
  }
}
