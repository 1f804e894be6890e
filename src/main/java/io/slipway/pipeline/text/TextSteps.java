package io.slipway.pipeline.text;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.*;
import org.jspecify.annotations.Nullable;

public final class TextSteps {
  public static @Nullable Transform compile(Step.OnText s, Scope scope) {
    return null;
  }
}
