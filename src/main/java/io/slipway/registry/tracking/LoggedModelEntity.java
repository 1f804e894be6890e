package io.slipway.registry.tracking;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Objects;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `logged_model`, for changes under the lock on it.
@Entity
@DynamicUpdate
@Table(name = "logged_model")
class LoggedModelEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private String uuid = "";

  @Column(name = "experiment_id")
  private long experimentId;

  private String name = "";
  private String type = "";

  @Column(name = "source_run")
  private String sourceRun = "";

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  private LoggedModel.Status status = LoggedModel.Status.PENDING;

  @Column(name = "artifact_uri")
  private String artifactUri = "";

  @Column(name = "created_ms")
  private long createdMs;

  @Column(name = "updated_ms")
  private long updatedMs;

  private boolean deleted;

  /// Required by Hibernate.
  LoggedModelEntity() {}

  LoggedModelEntity(
      String uuid,
      ExperimentEntity experiment,
      String name,
      String type,
      String sourceRun,
      long nowMs) {
    this.uuid = uuid;
    this.experimentId = experiment.id();
    this.name = name;
    this.type = type;
    this.sourceRun = sourceRun;
    this.artifactUri = experiment.artifactLocation() + "/models/" + uuid + "/artifacts";
    this.createdMs = nowMs;
    this.updatedMs = nowMs;
  }

  long id() {
    return Objects.requireNonNull(id);
  }

  void setStatus(LoggedModel.Status to) {
    status = to;
  }

  void delete() {
    deleted = true;
  }

  void touch(long nowMs) {
    updatedMs = nowMs;
  }
}
