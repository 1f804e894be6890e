package io.slipway.registry.tracking;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Objects;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/// A row of `experiment`, for changes under the lock on it.
@Entity
@DynamicUpdate
@Table(name = "experiment")
class ExperimentEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private String name = "";

  @Column(name = "artifact_location")
  private String artifactLocation = "";

  @Column(name = "created_ms")
  private long createdMs;

  @Column(name = "updated_ms")
  private long updatedMs;

  private boolean deleted;

  /// Required by Hibernate.
  ExperimentEntity() {}

  ExperimentEntity(String name, String artifactLocation, long nowMs) {
    this.name = name;
    this.artifactLocation = artifactLocation;
    this.createdMs = nowMs;
    this.updatedMs = nowMs;
  }

  long id() {
    return Objects.requireNonNull(id);
  }

  boolean deleted() {
    return deleted;
  }

  String artifactLocation() {
    return artifactLocation;
  }

  void locate(String location) {
    artifactLocation = location;
  }

  void rename(String to) {
    name = to;
  }

  void delete(boolean gone) {
    deleted = gone;
  }

  void touch(long nowMs) {
    updatedMs = nowMs;
  }
}
