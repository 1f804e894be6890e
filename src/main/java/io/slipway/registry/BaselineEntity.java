package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// A row of `version_baseline`: the baseline of one version, written once with the version.
/// [Monitoring] reads it.
@Entity
@Table(name = "version_baseline")
class BaselineEntity {
  @Id
  @Column(name = "version_id")
  private long versionId;

  @JdbcTypeCode(SqlTypes.JSON)
  private String document = "{}";

  /// Required by Hibernate.
  BaselineEntity() {}

  BaselineEntity(long version, String document) {
    this.versionId = version;
    this.document = document;
  }
}
