package io.slipway.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The result of verifying the history and what it says.
///
/// @param head the last entry of the history; number 0 if there is none
/// @param known the newest entry that the replica's data folder knows; null if it knows none yet
/// @param findings at most [AuditVerification#MOST]; empty if nothing is wrong
public record AuditReport(AuditHead head, @Nullable AuditHead known, List<AuditFinding> findings) {
  public AuditReport {
    findings = List.copyOf(findings);
  }
}
