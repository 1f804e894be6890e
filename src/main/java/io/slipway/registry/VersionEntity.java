package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.slipway.bundle.Digest;
import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `model_version`. The large columns are read only where they are asked for.
@Entity
@Table(name = "model_version")
class VersionEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(name = "model_id")
  long modelId;

  int number;
  String digest = "";
  String blob = "";
  long size;
  String object = "";
  int examples;

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  String manifest = "{}";

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  String signature = "{}";

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  String checks = "{}";

  @Basic(fetch = FetchType.LAZY)
  @JdbcTypeCode(SqlTypes.JSON)
  String files = "[]";

  @Nullable String description;

  @JdbcTypeCode(SqlTypes.JSON)
  String tags = "{}";

  boolean archived;

  @Column(name = "registered_at")
  Instant registeredAt = Instant.EPOCH;

  @Column(name = "registered_by")
  String registeredBy = "";

  @Column(name = "deleted_at")
  @Nullable Instant deletedAt;

  static VersionEntity existing(ModelEntity model, int number) {
    VersionEntity found =
        find("modelId = ?1 and number = ?2 and deletedAt is null", model.id, number).firstResult();
    if (found == null) {
      throw new Refusal.NotFound("model " + model.name + " has no version " + number);
    }
    return found;
  }

  static @Nullable VersionEntity ofContent(ModelEntity model, Digest digest) {
    return find("modelId = ?1 and digest = ?2 and deletedAt is null", model.id, digest.hex())
        .firstResult();
  }

  /// Newest first.
  static List<VersionEntity> newest(ModelEntity model, int below, int limit) {
    return VersionEntity.<VersionEntity>find(
            "modelId = ?1 and number < ?2 and deletedAt is null order by number desc",
            model.id,
            below)
        .range(0, limit - 1)
        .list();
  }

  ModelVersion toVersion(String model) {
    return new ModelVersion(
        model,
        number,
        new Digest(digest),
        new Digest(blob),
        size,
        object,
        examples,
        description,
        Json.texts(tags),
        archived,
        registeredAt,
        registeredBy);
  }
}
