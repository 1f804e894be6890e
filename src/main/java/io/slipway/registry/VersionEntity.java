package io.slipway.registry;

import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `model_version`, for writing: a new version, or a change of description, tags or
/// state. The large columns are lazy, and only [VersionDocuments] reads them. [VersionRow] is for
/// reading.
@Entity
@DynamicUpdate
@Table(name = "model_version")
class VersionEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "model_id")
  private long modelId;

  private int number;
  private String kind = "";
  private String status = "";
  private String digest = "";
  private @Nullable String blob;
  private long size;
  private @Nullable String source;
  private @Nullable String object;
  private int examples;

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  private @Nullable String manifest;

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  private @Nullable String signature;

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  private @Nullable String checks;

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  private String files = "[]";

  /// Three results of the check, from the members of `checks`.
  @Formula("coalesce(jsonb_exists(checks, 'untried'), false)")
  private boolean untried;

  @Formula("coalesce(jsonb_exists(checks, 'signed'), false)")
  private boolean signed;

  @Formula("checks ->> 'optimization'")
  private @Nullable String optimization;

  private @Nullable String description;

  @JdbcTypeCode(SqlTypes.JSON)
  private String tags = "{}";

  private boolean archived;

  @Column(name = "registered_at")
  private Instant registeredAt = Instant.EPOCH;

  @Column(name = "registered_by")
  private String registeredBy = "";

  @Column(name = "deleted_at")
  private @Nullable Instant deletedAt;

  /// Required by Hibernate.
  VersionEntity() {}

  VersionEntity(long model, int number, NewVersion version, Instant at, Caller caller) {
    this.modelId = model;
    this.number = number;
    this.kind = version.kind().word();
    this.status = VersionStatus.READY.word();
    this.digest = version.digest().hex();
    this.blob = version.blob() == null ? null : version.blob().hex();
    this.size = version.size();
    this.source = version.source();
    this.object = version.object();
    this.examples = version.examples();
    this.manifest = version.manifest();
    this.signature = version.signature();
    this.checks = version.checks();
    this.files = version.files();
    this.description = version.description();
    this.registeredAt = at;
    this.registeredBy = caller.actor();
  }

  /// The row id; only after it is persisted.
  long id() {
    return Objects.requireNonNull(id);
  }

  int number() {
    return number;
  }

  Map<String, String> tags() {
    return Json.texts(tags);
  }

  void setDescription(@Nullable String text) {
    description = text;
  }

  void setTags(Map<String, String> all) {
    tags = Json.write(all);
  }

  void setArchived(boolean now) {
    archived = now;
  }

  void delete(Instant at) {
    deletedAt = at;
  }
}
