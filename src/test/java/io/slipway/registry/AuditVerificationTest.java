package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.registry.AuditFinding.Code;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is done to the database behind the registry's back, and what verification says about it.
@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class AuditVerificationTest {
  private static final Caller ANNA = new Caller("anna", null);

  @Inject Registry registry;
  @Inject AuditVerification verification;
  @Inject AuditLog audit;
  @Inject AuditedState state;
  @Inject DataSource database;

  @TempDir Path data;

  @Test
  void anEmptiedHistoryIsNoticedAlsoAfterARestart() throws SQLException {
    register("emptied", 1);
    AuditHead head = look(check()).last();
    tampered(
        () -> {
          execute("delete from audit_entry");
          assertThat(registry.firstBrokenAuditEntry()).as("an empty chain is intact").isNull();
          assertThat(look(check()).finding())
              .isNotNull()
              .satisfies(found -> assertThat(found.code()).isEqualTo(Code.HEAD_LOST))
              .satisfies(found -> assertThat(found.message()).contains(head.toString()));
          assertThat(codes("emptied")).contains(Code.STAGE_DIFFERS, Code.REVISION_DIFFERS);
        });
    assertThat(look(check()).finding()).as("the entries are back").isNull();
  }

  @Test
  void aCutEndIsNoticedAlsoIfItHasGrownAgain() throws SQLException {
    register("cut", 1);
    AuditHead head = look(check()).last();
    tampered(
        () -> {
          execute("delete from audit_entry where seq >= " + head.seq());
          assertThat(registry.firstBrokenAuditEntry()).isNull();
          assertThat(look(check()).finding()).isNotNull();
          assertThat(codes("cut")).contains(Code.STAGE_DIFFERS, Code.REVISION_DIFFERS);
          refused();
          refused();
          assertThat(registry.firstBrokenAuditEntry()).isNull();
          HeadCheck.Heads grown = look(check());
          assertThat(grown.last().seq()).isGreaterThan(head.seq());
          assertThat(grown.known()).isEqualTo(head);
          assertThat(grown.finding()).isNotNull();
        });
  }

  @Test
  void anEntryThatIsCutBeforeTheHeadIsKeptIsNoticedByItsWriter() throws SQLException {
    KnownHead known = new KnownHead(data);
    HeadCheck check = new HeadCheck(audit, known);
    AuditHead before = look(check).last();
    refused();
    AuditEntry entry = registry.audit(null, 1).items().getFirst();
    AuditHead own = new AuditHead(entry.seq(), entry.hash());
    known.committed(own);
    tampered(
        () -> {
          execute("delete from audit_entry where seq > " + before.seq());
          assertThat(look(check).finding()).isNotNull();
          assertThat(look(check()).known()).as("after a restart").isEqualTo(own);
        });
  }

  @Test
  void aReplacedEntryIsNoticed() throws SQLException {
    register("replaced", 1);
    AuditHead head = look(check()).last();
    AuditEntry forged = forged(registry.audit(null, 1).items().getFirst());
    tampered(
        () -> {
          execute("update audit_entry set actor = 'eve' where seq = " + head.seq());
          assertThat(verification.report().findings())
              .extracting(AuditFinding::code)
              .contains(Code.CHAIN_BROKEN);
          execute(
              "update audit_entry set hash = '" + forged.hash() + "' where seq = " + head.seq());
          assertThat(registry.firstBrokenAuditEntry()).as("with a new hash").isNull();
          assertThat(look(check()).finding()).isNotNull();
        });
  }

  @Test
  void aHistoryRestoredFromABackupIsAFindingUntilItIsAcknowledged() throws SQLException {
    refused();
    assertThat(verification.head()).isNull();
    long lost = registry.audit(null, 1).items().getFirst().seq();
    assertThatThrownBy(() -> verification.acknowledge("all is well", ANNA))
        .isInstanceOf(Refusal.Conflict.class);
    triggers(false);
    try {
      execute("delete from audit_entry where seq = " + lost);
    } finally {
      triggers(true);
    }
    AuditReport report = verification.report();
    assertThat(report.findings()).extracting(AuditFinding::code).contains(Code.HEAD_LOST);
    assertThat(report.known()).isNotNull().extracting(AuditHead::seq).isEqualTo(lost);
    assertThatThrownBy(() -> verification.acknowledge(" ", ANNA))
        .isInstanceOf(Refusal.InvalidValue.class);

    AuditReport acknowledged = verification.acknowledge("restored from the backup", ANNA);
    assertThat(acknowledged.head().seq()).isEqualTo(lost - 1);
    assertThat(verification.head()).isNull();
    AuditEntry entry = registry.audit(null, 1).items().getFirst();
    assertThat(entry.action()).isEqualTo("audit.acknowledged");
    assertThat(entry.from()).isEqualTo(String.valueOf(report.known()));
    assertThat(entry.reason()).isEqualTo("restored from the backup");
    refused();
    assertThat(verification.head()).isNull();
  }

  @Test
  void aDataFolderWithoutAHeadAdoptsTheHistory() {
    refused();
    HeadCheck.Heads adopted = look(check());
    assertThat(adopted.finding()).isNull();
    assertThat(data.resolve("audit-head.json")).content().contains(adopted.last().hash());
    assertThat(look(check()).known()).isEqualTo(adopted.last());
  }

  @Test
  void aStageAnAliasAndAVersionChangedBySqlAreFound() throws SQLException {
    register("bypassed", 1);
    register("bypassed", 2);
    registry.promote(new Promotion("bypassed", "production", 2, null, null, ANNA), version -> {});
    registry.alias(new AliasChange("bypassed", "best", 1, null, null, ANNA), version -> {});
    assertThat(found("bypassed")).isEmpty();
    String model = "(select id from model where name = 'bypassed')";

    undone(
        "update stage set version = 1 where model_id = " + model,
        "update stage set version = 2 where model_id = " + model,
        Code.STAGE_DIFFERS,
        "production",
        "it points to version 1, before that to version 1; by the history to version 2");
    undone(
        "update stage set previous = null where model_id = " + model,
        "update stage set previous = 1 where model_id = " + model,
        Code.STAGE_DIFFERS,
        "production",
        "before that to no version; by the history to version 2, before that to version 1");
    undone(
        "insert into stage (model_id, name, version, revision, moved_at, moved_by)"
            + " values ("
            + model
            + ", 'staging', 1, 9, now(), 'eve')",
        "delete from stage where name = 'staging' and model_id = " + model,
        Code.STAGE_DIFFERS,
        "staging",
        "by the history to no version");
    undone(
        "update alias set version = 2 where model_id = " + model,
        "update alias set version = 1 where model_id = " + model,
        Code.ALIAS_DIFFERS,
        "best",
        "it points to version 2; by the history to version 1");
    undone(
        "update model set revision = revision + 1 where name = 'bypassed'",
        "update model set revision = revision - 1 where name = 'bypassed'",
        Code.REVISION_DIFFERS,
        null,
        "its newest entry 3");
    String digest = registry.find("bypassed", 1).digest().hex();
    undone(
        "update model_version set digest = '"
            + "0".repeat(64)
            + "' where number = 1 and model_id = "
            + model,
        "update model_version set digest = '"
            + digest
            + "' where number = 1 and model_id = "
            + model,
        Code.VERSION_DIFFERS,
        "1",
        "but sha256:" + digest + " was registered");

    execute("delete from alias where model_id = " + model);
    assertThat(found("bypassed"))
        .singleElement()
        .satisfies(gone -> assertThat(gone.message()).contains("it points to no version"));
    registry.alias(new AliasChange("bypassed", "best", 2, null, null, ANNA), version -> {});
    assertThat(found("bypassed")).as("moved again by the registry").isEmpty();
  }

  @Test
  void whatTheRegistryDoesIsNoFinding() {
    register("ordinary", 1);
    register("ordinary", 2);
    registry.rollback(
        new Rollback("ordinary", "production", null, null, null, null, ANNA), version -> {});
    registry.alias(new AliasChange("ordinary", "best", 1, null, null, ANNA), version -> {});
    registry.alias(new AliasChange("ordinary", "best", null, null, null, ANNA), version -> {});
    registry.patch("ordinary", Json.tree("{\"description\":\"x\"}"), null, ANNA);
    assertThat(found("ordinary")).isEmpty();
    registry.delete("ordinary", true, null, ANNA);
    assertThat(found("ordinary")).as("deleted").isEmpty();
    upload("ordinary", TestBundle.of(3).zip());
    assertThat(found("ordinary")).as("registered again").isEmpty();
  }

  /// Compares with the head that an earlier process with the same data folder has kept.
  private HeadCheck check() {
    return new HeadCheck(audit, new KnownHead(data));
  }

  private static HeadCheck.Heads look(HeadCheck check) {
    return check.look();
  }

  private List<AuditFinding> found(String model) {
    return state.findings(Integer.MAX_VALUE).stream()
        .filter(finding -> model.equals(finding.model()))
        .toList();
  }

  private List<Code> codes(String model) {
    return found(model).stream().map(AuditFinding::code).toList();
  }

  private void undone(
      String change, String back, Code code, @Nullable String target, String message)
      throws SQLException {
    execute(change);
    assertThat(found("bypassed"))
        .as(change)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.target()).isEqualTo(target);
              assertThat(finding.message()).contains(message);
            });
    execute(back);
    assertThat(found("bypassed")).as(back).isEmpty();
  }

  /// The entry as somebody would write it who knows how hashes are made.
  private static AuditEntry forged(AuditEntry entry) {
    return new AuditEntry(
            entry.seq(),
            entry.at(),
            "eve",
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
            "")
        .sealed();
  }

  @FunctionalInterface
  private interface Tampering {
    void run() throws SQLException;
  }

  /// Runs `tampering` without the triggers that protect the history, and restores the history.
  private void tampered(Tampering tampering) throws SQLException {
    execute("create table untampered as select * from audit_entry");
    triggers(false);
    try {
      tampering.run();
    } finally {
      execute("delete from audit_entry");
      execute("insert into audit_entry select * from untampered");
      execute("drop table untampered");
      triggers(true);
    }
  }

  private void triggers(boolean on) throws SQLException {
    execute("alter table audit_entry " + (on ? "enable" : "disable") + " trigger all");
  }

  /// Appends an entry that changes no model.
  private void refused() {
    Transactions.run(() -> audit.append(NewAuditEntry.of(ANNA, "version.rejected", "denied")));
  }

  /// Registers a version and promotes it.
  private void register(String model, int weights) {
    upload(model, TestBundle.of(weights).zip());
    registry.promote(new Promotion(model, "production", weights, null, null, ANNA), version -> {});
  }

  private void upload(String model, byte[] zip) {
    registry.register(
        Upload.streamed(model, new ByteArrayInputStream(zip), Upload.Kind.ZIP, false, null, ANNA));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
