package io.slipway.onnx;

import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;

/// The end of a process that checks a bundle.
sealed interface ProbeEnd {

  /// With a report.
  ///
  /// @param answered whether the model has answered a generated input, even with a failure
  record Reported(ProbeReport report, boolean answered) implements ProbeEnd {}

  /// Without one.
  ///
  /// @param finding for the bundle's publisher
  /// @param input the number of the generated input that was being tried, 0 where none was
  /// @param answered as in [Reported]
  record Unreported(Cause cause, Finding finding, int input, boolean answered) implements ProbeEnd {

    InvalidBundle refusal() {
      return new InvalidBundle(finding.code(), finding.where(), finding.message());
    }
  }

  /// By the server, as the check has taken longer than a first trial and other checks wait: it is
  /// to begin again.
  record Displaced() implements ProbeEnd {}

  /// Why there is no report.
  enum Cause {
    CRASHED("probe_crashed", "crashed"),
    LATE(ProbeReport.LATE, "took too long"),
    OUT_OF_MEMORY("probe_out_of_memory", "used too much memory"),
    /// By a signal from outside, which says nothing about the model.
    KILLED("probe_killed", "was ended from outside");

    private final String code;
    private final String words;

    Cause(String code, String words) {
      this.code = code;
      this.words = words;
    }

    /// The code of the finding.
    String code() {
      return code;
    }

    /// What the process did, as a verb phrase.
    String words() {
      return words;
    }
  }
}
