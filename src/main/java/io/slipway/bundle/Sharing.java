package io.slipway.bundle;

import java.util.Locale;

/// Whether rows may share a run of the model (batching): rows of different callers, of a batch and
/// of a stream. They may only where it is proven that the answer to a row does not depend on the
/// other rows; otherwise each row runs alone.
///
/// @param why a sentence: the operator that mixes rows, the run with other numbers, or the proof
public record Sharing(Verdict verdict, String why) {

  public enum Verdict {
    /// The graph keeps rows apart, and trial runs have confirmed it.
    PROVEN,
    /// The manifest forbids it: `"batching": false`.
    FORBIDDEN,
    /// The model takes one row at a time, or whole tensors, which are run as the caller sends them.
    SINGLE,
    /// An operator of the graph makes rows depend on each other.
    MIXES,
    /// The graph has operators that the analysis does not cover.
    UNDECIDED,
    /// In a trial run a row gave other numbers beside others than alone.
    DIFFERS;

    /// The name in reports, in lower case.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// No verdict yet.
  public static final Sharing UNTRIED = new Sharing(Verdict.UNDECIDED, "it was not tried");

  public boolean proven() {
    return verdict == Verdict.PROVEN;
  }
}
