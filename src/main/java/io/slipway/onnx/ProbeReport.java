package io.slipway.onnx;

import io.slipway.bundle.Finding;
import io.slipway.bundle.Sharing;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The result of checking a bundle.
///
/// @param findings all faults; always empty in the result of [ProbeRunner#run]
/// @param examples the number of golden examples run
/// @param maxDifference the largest difference between an expected and a computed number
/// @param millis from the start of the process to its report
/// @param signatureJson the ports of the model's graph:
///       `{"inputs":[{"name","dtype","shape"}],"outputs":[…]}`
/// @param sharing whether rows may share a run of the model
/// @param remarks observations that do not prevent serving
/// @param optimization the strongest optimisation with which the graphs are right
/// @param baseline the distributions of the bundle's reference, as JSON; null without a reference
public record ProbeReport(
    List<Finding> findings,
    int examples,
    double maxDifference,
    long millis,
    String signatureJson,
    RowCost cost,
    Sharing sharing,
    List<Finding> remarks,
    Optimization optimization,
    @Nullable String baseline) {
  /// The code of the finding that opening or running a graph did not end in time.
  static final String LATE = "probe_timed_out";

  /// The report of a bundle that cannot be checked any further.
  static ProbeReport refused(List<Finding> findings) {
    return new ProbeReport(
        findings,
        0,
        0,
        0,
        "{}",
        new RowCost(0, 0),
        Sharing.UNTRIED,
        List.of(),
        Optimization.ALL,
        null);
  }

  /// Whether no run has shown that the model works.
  public boolean untried() {
    return remarks.stream().anyMatch(remark -> remark.code().equals(GeneratedCheck.UNTRIED));
  }

  /// Whether opening or running a graph did not end in time.
  boolean late() {
    return findings.stream().anyMatch(finding -> finding.code().equals(LATE));
  }

  /// A copy with `remark` before the others.
  ProbeReport with(Finding remark) {
    List<Finding> all = Stream.concat(Stream.of(remark), remarks.stream()).toList();
    return new ProbeReport(
        findings,
        examples,
        maxDifference,
        millis,
        signatureJson,
        cost,
        sharing,
        all,
        optimization,
        baseline);
  }

  ProbeReport after(long millis) {
    return new ProbeReport(
        findings,
        examples,
        maxDifference,
        millis,
        signatureJson,
        cost,
        sharing,
        remarks,
        optimization,
        baseline);
  }
}
