package io.slipway.api.predict;

import io.slipway.api.Problem;
import io.slipway.api.ProblemCode;
import io.slipway.api.Problems;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import org.jboss.logging.Logger;

/// The problem for any refusal of a prediction.
final class Refusals {
  private static final Logger LOG = Logger.getLogger(Refusals.class);

  private Refusals() {}

  static Problem problem(RuntimeException why) {
    return switch (why) {
      case RefusedInput refused -> Problems.of(refused);
      case Unserved unserved -> Problems.of(unserved);
      default -> {
        LOG.error("a prediction failed", why);
        yield Problem.of(ProblemCode.INTERNAL, "internal error; see the server's log");
      }
    };
  }
}
