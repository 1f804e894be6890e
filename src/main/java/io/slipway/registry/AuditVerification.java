package io.slipway.registry;

import io.slipway.registry.AuditFinding.Code;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Verifies that the database was changed only by the registry: the hash chain of the history, its
/// end as this replica knows it, and the rows that the history tells of.
///
/// Every method blocks on the database: call it from a worker or a virtual thread.
@ApplicationScoped
public class AuditVerification {
  /// The most findings of one report.
  public static final int MOST = 100;

  private final AuditLog audit;
  private final HeadCheck heads;
  private final AuditedState state;

  AuditVerification(AuditLog audit, HeadCheck heads, AuditedState state) {
    this.audit = audit;
    this.heads = heads;
    this.state = state;
  }

  /// Verifies everything. The time grows with the length of the history.
  public AuditReport report() {
    List<AuditFinding> findings = new ArrayList<>();
    Long broken = audit.firstBroken();
    if (broken != null) {
      findings.add(
          new AuditFinding(
              Code.CHAIN_BROKEN, null, null, "the hash chain is broken at entry " + broken));
    }
    HeadCheck.Heads compared = heads.look();
    if (compared.finding() != null) {
      findings.add(compared.finding());
    }
    findings.addAll(state.findings(MOST - findings.size()));
    return new AuditReport(compared.last(), compared.known(), findings);
  }

  /// Compares the end of the history with the newest entry that this replica knows. Takes one
  /// look-up, and writes a small file if the end has moved.
  ///
  /// @return null if nothing is lost
  public @Nullable AuditFinding head() {
    return heads.look().finding();
  }

  /// Compares the rows of models, stages, aliases and versions with the history.
  public List<AuditFinding> state() {
    return state.findings(MOST);
  }

  /// Accepts on this replica that entries of the history are lost, as after the restore of a
  /// backup.
  ///
  /// @return what was lost, as a report before the acknowledgement
  /// @throws Refusal.Conflict if nothing is lost
  public AuditReport acknowledge(@Nullable String reason, Caller caller) {
    if (reason == null || reason.isBlank()) {
      throw new Refusal.InvalidValue("/reason", "reason is missing: expected why entries are lost");
    }
    Names.reason(reason);
    HeadCheck.Heads lost = heads.acknowledge(reason, caller);
    return new AuditReport(lost.last(), lost.known(), List.of());
  }
}
