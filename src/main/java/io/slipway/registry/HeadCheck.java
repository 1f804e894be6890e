package io.slipway.registry;

import io.slipway.registry.AuditFinding.Code;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/// Compares the history with the newest entry that this replica knows ([KnownHead]). As long as
/// that entry is in the table, the head moves on to the end of the table. If it is missing or
/// another one, the head stays where it is, also over restarts, until an administrator
/// acknowledges the loss. Thread-safe.
@ApplicationScoped
class HeadCheck {
  private final AuditLog audit;
  private final KnownHead known;
  private volatile @Nullable AuditFinding finding;

  HeadCheck(AuditLog audit, KnownHead known) {
    this.audit = audit;
    this.known = known;
  }

  /// What the last look has found; null if nothing is lost.
  @Nullable AuditFinding finding() {
    return finding;
  }

  /// Compares, and moves the head on.
  ///
  /// @return the heads that were compared
  synchronized Heads look() {
    AuditHead kept = known.kept();
    AuditHead own = known.own();
    AuditLog.Ends ends = audit.ends(kept == null ? AuditHead.NONE : kept, own);
    if (kept != null && !ends.hasKept()) {
      return lost(kept, ends.last());
    }
    if (!ends.hasOwn()) {
      known.keep(own);
      return lost(own, ends.last());
    }
    finding = null;
    known.keep(ends.last());
    return new Heads(ends.last(), ends.last(), null);
  }

  private Heads lost(AuditHead head, AuditHead last) {
    AuditFinding found =
        new AuditFinding(
            Code.HEAD_LOST,
            null,
            null,
            "entry "
                + head.seq()
                + ", which this replica knew, is "
                + (head.seq() > last.seq() ? "missing" : "missing or another one")
                + ": the history ends at entry "
                + last.seq()
                + " now; known was "
                + head);
    finding = found;
    return new Heads(last, head, found);
  }

  /// Accepts that the known entry is lost, and writes into the history who has accepted it and why.
  /// From then on, this replica knows the history that is there now.
  ///
  /// @throws Refusal.Conflict if nothing is lost
  synchronized Heads acknowledge(String reason, Caller caller) {
    Heads before = look();
    if (before.finding() == null) {
      throw new Refusal.Conflict(
          "there is nothing to acknowledge: the history has the entry "
              + before.known().seq()
              + ", which this replica knew");
    }
    Transactions.run(
        () ->
            audit.append(
                NewAuditEntry.of(caller, "audit.acknowledged", null)
                    .fromTo(before.known(), before.last())
                    .reason(reason)));
    known.forgetOwn();
    known.keep(audit.ends(AuditHead.NONE, AuditHead.NONE).last());
    finding = null;
    return before;
  }

  /// @param last the end of the history
  /// @param known the newest entry that this replica knows
  /// @param finding null if the history has that entry
  record Heads(AuditHead last, AuditHead known, @Nullable AuditFinding finding) {}
}
