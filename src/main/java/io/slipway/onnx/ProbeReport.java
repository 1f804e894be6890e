package io.slipway.onnx;

import io.slipway.bundle.Finding;
import io.slipway.bundle.Sharing;
import java.util.List;
import java.util.stream.Stream;

/// What the probe learned of a bundle.
///
/// @param findings everything that is wrong; empty in what [ProbeRunner#run] returns
/// @param examples how many golden examples were run
/// @param maxDifference the largest difference of an expected and a computed number
/// @param millis the time from the start of the process to its report
/// @param signatureJson the model's own ports:
///       `{"inputs":[{"name","dtype","shape"}],"outputs":[…]}`
/// @param sharing whether rows may share a run of the model
/// @param remarks what was noticed and is no reason against it
/// @param optimization how far the graphs may be rewritten for it to be right
public record ProbeReport(
    List<Finding> findings,
    int examples,
    double maxDifference,
    long millis,
    String signatureJson,
    RowCost cost,
    Sharing sharing,
    List<Finding> remarks,
    Optimization optimization) {

  /// Of a bundle that can't be tried any further.
  static ProbeReport refused(List<Finding> findings) {
    return new ProbeReport(
        findings, 0, 0, 0, "{}", new RowCost(0, 0), Sharing.UNTRIED, List.of(), Optimization.ALL);
  }

  /// Whether nothing has shown that the model runs.
  public boolean untried() {
    return remarks.stream().anyMatch(remark -> remark.code().equals(GeneratedCheck.UNTRIED));
  }

  /// With one remark before the others.
  ProbeReport with(Finding remark) {
    List<Finding> all = Stream.concat(Stream.of(remark), remarks.stream()).toList();
    return new ProbeReport(
        findings, examples, maxDifference, millis, signatureJson, cost, sharing, all, optimization);
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
        optimization);
  }
}
