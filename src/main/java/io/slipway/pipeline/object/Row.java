package io.slipway.pipeline.object;

import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;

/// One object of a request: its columns, or the reason of its refusal.
public sealed interface Row {
  record Read(Frame frame) implements Row {}

  record Refused(RefusedInput refusal) implements Row {}
}
