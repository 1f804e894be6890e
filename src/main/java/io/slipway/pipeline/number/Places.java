package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.CompileScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns of steps that treat all their columns alike.
final class Places {
  private Places() {}

  /// The columns that `step` writes, one per column that it reads; null, with a finding, where the
  /// numbers differ.
  static @Nullable List<String> outOf(Step step, CompileScope scope) {
    List<String> out = step.out();
    if (out == null) {
      return step.in();
    }
    if (out.size() != step.in().size()) {
      scope.finding(
          "wrong_arity",
          "reads " + step.in().size() + " columns and writes " + out.size() + "; expected as many");
      scope.writeBroken(out);
      return null;
    }
    return out;
  }

  /// Whether the step has the expected number of inputs and one output; if not, adds a finding.
  static boolean hasArity(Step step, int least, int most, CompileScope scope) {
    List<String> out = step.out();
    int inputs = step.in().size();
    if (inputs < least || inputs > most || out == null || out.size() != 1) {
      scope.finding(
          "wrong_arity",
          "expected "
              + (least == most ? "" + least : "at least " + least)
              + " columns in and one out");
      scope.writeBroken(out == null ? List.of() : out);
      return false;
    }
    return true;
  }
}
