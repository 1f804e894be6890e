package io.slipway.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A row of `model`, as it was read. A deleted model keeps its row, so that numbers and revisions
/// go on if the name comes back.
///
/// @param id what the other tables name it by
/// @param revision the number of changes so far
/// @param nextNumber of the version that is registered next
/// @param deletedAt null while it is there
record ModelRow(
    long id,
    String name,
    @Nullable String description,
    @Nullable String owner,
    Map<String, String> tags,
    Policy policy,
    long revision,
    int nextNumber,
    Instant createdAt,
    @Nullable Instant deletedAt) {
  /// What [#read] reads, of a table `m`.
  static final String COLUMNS =
      "m.id, m.name, m.description, m.owner, m.tags, m.policy, m.revision, m.next_number,"
          + " m.created_at, m.deleted_at";

  static ModelRow read(ResultSet row) throws SQLException {
    return new ModelRow(
        row.getLong("id"),
        row.getString("name"),
        row.getString("description"),
        row.getString("owner"),
        Json.texts(row.getString("tags")),
        PolicyReader.read(Json.tree(row.getString("policy"))),
        row.getLong("revision"),
        row.getInt("next_number"),
        Sql.instant(row, "created_at"),
        Sql.instantOrNull(row, "deleted_at"));
  }
}
