package io.slipway.serving.load;

import io.slipway.bundle.Bundle;
import io.slipway.onnx.ProbeLimits;
import io.slipway.onnx.ProbeReport;
import io.slipway.onnx.ProbeRunner;
import io.slipway.registry.BundleCheck;
import io.slipway.registry.Caller;
import io.slipway.serving.ServingConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// The registry's check of a bundle: a separate process opens the model and runs the examples.
@Singleton
final class ProbeCheck implements BundleCheck {
  private final ProbeRunner runner;

  @Inject
  ProbeCheck(ServingConfig config, RunLimits runs) {
    runner =
        new ProbeRunner(
            new ProbeLimits(
                config.probe().time(),
                config.probe().firstTrial(),
                config.probe().run(),
                config.probe().heap().asLongValue(),
                config.probe().memory().asLongValue(),
                runs.bounds()));
  }

  @Override
  public Report check(Bundle bundle, String model, Caller caller) {
    ProbeReport report = runner.run(bundle, caller.actor(), model);
    return new Report(
        report.examples(),
        report.maxDifference(),
        report.millis(),
        report.signatureJson(),
        report.sharing(),
        report.remarks(),
        report.untried(),
        report.optimization().text(),
        report.baseline());
  }
}
