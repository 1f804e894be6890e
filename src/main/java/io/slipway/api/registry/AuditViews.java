package io.slipway.api.registry;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.AuditFinding;
import io.slipway.registry.AuditHead;
import io.slipway.registry.AuditReport;
import io.slipway.registry.Page;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The audit log as JSON; `docs/reference/registry-api.md` says what each member means.
final class AuditViews {
  private AuditViews() {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Audit(List<AuditView> entries, @Nullable String nextPageToken) {
    static Audit of(Page<AuditEntry> page) {
      return new Audit(page.items().stream().map(AuditView::of).toList(), page.nextPageToken());
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record AuditView(
      long seq,
      Instant at,
      String actor,
      String action,
      @Nullable String model,
      @Nullable Integer version,
      @Nullable String target,
      @Nullable String from,
      @Nullable String to,
      @Nullable String reason,
      @Nullable Long revision,
      @Nullable String requestId,
      @JsonRawValue @Nullable String detail,
      String previousHash,
      String hash) {

    static AuditView of(AuditEntry entry) {
      return new AuditView(
          entry.seq(),
          entry.at(),
          entry.actor(),
          entry.action(),
          entry.model(),
          entry.version(),
          entry.target(),
          entry.from(),
          entry.to(),
          entry.reason(),
          entry.revision(),
          entry.requestId(),
          entry.detail(),
          entry.previousHash(),
          entry.hash());
    }
  }

  /// @param known null if the replica knows no entry yet
  record VerificationView(AuditHead head, @Nullable AuditHead known, List<FindingView> findings) {
    static VerificationView of(AuditReport report) {
      return new VerificationView(
          report.head(), report.known(), report.findings().stream().map(FindingView::of).toList());
    }
  }

  record FindingView(String code, @Nullable String model, @Nullable String target, String message) {
    static FindingView of(AuditFinding finding) {
      return new FindingView(
          finding.code().label(), finding.model(), finding.target(), finding.message());
    }
  }

  /// @param lost the newest entry that the replica knew
  /// @param head the last entry that is left
  record AcknowledgementView(@Nullable AuditHead lost, AuditHead head) {
    static AcknowledgementView of(AuditReport report) {
      return new AcknowledgementView(report.known(), report.head());
    }
  }
}
