package io.slipway.registry;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Sharing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.List;

/// A check that believes every bundle, but those that say `refuse me` of themselves.
@Alternative
@ApplicationScoped
public class HandCheck implements BundleCheck {
  @Override
  public Report check(Bundle bundle, String model, Caller caller) {
    String description = bundle.manifest().model().description();
    if ("refuse me".equals(description)) {
      throw new InvalidBundle(
          "example_mismatch", "examples.jsonl:1", "expected 1, computed 2\0 by \"it\"");
    }
    return new Report(
        bundle.examples().size(),
        0.0,
        3,
        "{\"inputs\":[],\"outputs\":[{\"name\":\"y\"}]}",
        new Sharing(Sharing.Verdict.PROVEN, "by hand"),
        "try me".equals(description)
            ? List.of(new Finding("untried", "model.onnx", "nothing fits"))
            : List.of(),
        "try me".equals(description),
        "less of it".equals(description) ? "basic" : "all",
        null);
  }
}
