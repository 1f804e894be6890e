package io.slipway.onnx;

import io.slipway.bundle.Finding;
import io.slipway.bundle.Sharing;
import java.util.List;

/// What the probe learned of a bundle.
///
/// @param findings everything that is wrong; empty in what [ProbeRunner#run] returns
/// @param examples how many golden examples were run
/// @param maxDifference the largest difference of an expected and a computed number
/// @param millis the time from the start of the process to its report
/// @param signatureJson the model's own ports:
///       `{"inputs":[{"name","dtype","shape"}],"outputs":[…]}`
/// @param sharing whether rows may share a run of the model
public record ProbeReport(
    List<Finding> findings,
    int examples,
    double maxDifference,
    long millis,
    String signatureJson,
    RowCost cost,
    Sharing sharing) {

  ProbeReport after(long millis) {
    return new ProbeReport(findings, examples, maxDifference, millis, signatureJson, cost, sharing);
  }
}
