package io.slipway.registry.tracking;

import io.slipway.registry.Refusal;
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

/// A row of `run`, for changes under the lock on it. [RunRow] is for reading.
@Entity
@DynamicUpdate
@Table(name = "run")
class RunEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private String uuid = "";

  @Column(name = "experiment_id")
  private long experimentId;

  private String name = "";

  @Column(name = "user_id")
  private String userId = "";

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  private RunStatus status = RunStatus.RUNNING;

  @Column(name = "start_ms")
  private long startMs;

  @Column(name = "end_ms")
  private @Nullable Long endMs;

  @Column(name = "artifact_uri")
  private String artifactUri = "";

  private boolean deleted;

  /// Required by Hibernate.
  RunEntity() {}

  RunEntity(String uuid, ExperimentEntity experiment, String name, String user, long startMs) {
    this.uuid = uuid;
    this.experimentId = experiment.id();
    this.name = name;
    this.userId = user;
    this.startMs = startMs;
    this.artifactUri = experiment.artifactLocation() + "/" + uuid + "/artifacts";
  }

  long id() {
    return Objects.requireNonNull(id);
  }

  long experimentId() {
    return experimentId;
  }

  /// @throws Refusal.InvalidValue if it is deleted
  RunEntity active() {
    if (deleted) {
      throw new Refusal.InvalidValue("run_id", "the run " + uuid + " is deleted");
    }
    return this;
  }

  void rename(String to) {
    name = to;
  }

  void setStatus(RunStatus to) {
    status = to;
  }

  void end(long ms) {
    endMs = ms;
  }

  void delete(boolean gone) {
    deleted = gone;
  }
}
