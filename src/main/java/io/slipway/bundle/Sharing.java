package io.slipway.bundle;

import java.util.Locale;

/// Whether rows may share a run of the model: those of different callers, of a batch and of a
/// stream. They may only where it is proven that no answer depends on who else is calling; else
/// each row is a run of its own.
///
/// @param why in words: the node that mixes them, the run that gave other numbers, what was shown
public record Sharing(Verdict verdict, String why) {

  public enum Verdict {
    /// The graph keeps rows apart, and trial runs have confirmed it: rows share runs.
    PROVEN,
    /// The manifest forbids it: `"batching": false`.
    FORBIDDEN,
    /// The model takes one row at a time, or whole tensors, which run as each caller sends them.
    SINGLE,
    /// The graph makes rows depend on each other.
    MIXES,
    /// The graph does what can't be followed.
    UNDECIDED,
    /// A trial run gave a row other numbers beside others than alone.
    DIFFERS;

    /// As written in reports: lower case.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Nothing is known yet.
  public static final Sharing UNTRIED = new Sharing(Verdict.UNDECIDED, "it was not tried");

  public boolean proven() {
    return verdict == Verdict.PROVEN;
  }
}
