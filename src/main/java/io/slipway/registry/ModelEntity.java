package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `model`, for changes: its row is locked when it is read, and changes are written when
/// the transaction flushes. A deleted model keeps its row, so that version numbers and revisions
/// continue if the name is used again. [ModelRow] is for reading.
@Entity
@DynamicUpdate
@Table(name = "model")
class ModelEntity implements ModelIdentity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private String name = "";

  @Column(name = "display_name")
  private @Nullable String displayName;

  private @Nullable String description;
  private @Nullable String owner;

  @JdbcTypeCode(SqlTypes.JSON)
  private String tags = "{}";

  @JdbcTypeCode(SqlTypes.JSON)
  private String policy = "{}";

  private long revision;

  @Column(name = "next_number")
  private int nextNumber = 1;

  @Column(name = "created_at")
  private Instant createdAt = Instant.EPOCH;

  @Column(name = "deleted_at")
  private @Nullable Instant deletedAt;

  @Override
  public long id() {
    return Objects.requireNonNull(id);
  }

  @Override
  public String name() {
    return name;
  }

  long revision() {
    return revision;
  }

  boolean deleted() {
    return deletedAt != null;
  }

  Policy policy() {
    return PolicyReader.read(Json.tree(policy));
  }

  Map<String, String> tags() {
    return Json.texts(tags);
  }

  void setDisplayName(@Nullable String text) {
    displayName = text;
  }

  void setDescription(@Nullable String text) {
    description = text;
  }

  void setOwner(@Nullable String by) {
    owner = by;
  }

  void setTags(Map<String, String> all) {
    tags = Json.write(all);
  }

  void setPolicy(Policy by) {
    policy = PolicyReader.write(by).toString();
  }

  /// Increments the revision.
  ///
  /// @return the new revision
  long advance() {
    return ++revision;
  }

  /// Takes the number for a version that is being registered.
  int takeNumber() {
    return nextNumber++;
  }

  void delete(Instant at) {
    deletedAt = at;
  }

  /// Restores a deleted model: as new, except for its revision and its next version number.
  void comeBack(Instant at, Policy by) {
    deletedAt = null;
    createdAt = at;
    displayName = null;
    description = null;
    owner = null;
    tags = "{}";
    setPolicy(by);
    advance();
  }
}
