package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of `model` for reading (a projection), with its JSON documents as text.
///
/// @param id the row id, which other tables refer to
/// @param revision the number of changes so far
@RegisterForReflection
record ModelRow(
    long id,
    String name,
    @Nullable String displayName,
    @Nullable String description,
    @Nullable String owner,
    String tags,
    String policy,
    long revision,
    Instant createdAt)
    implements ModelIdentity {
  /// The columns that [#read] reads, from a table `m`.
  static final String COLUMNS =
      "m.id, m.name, m.display_name, m.description, m.owner, m.tags, m.policy, m.revision,"
          + " m.created_at";

  static ModelRow read(ResultSet row) throws SQLException {
    return new ModelRow(
        row.getLong("id"),
        row.getString("name"),
        row.getString("display_name"),
        row.getString("description"),
        row.getString("owner"),
        row.getString("tags"),
        row.getString("policy"),
        row.getLong("revision"),
        Sql.instant(row, "created_at"));
  }

  Policy rules() {
    return PolicyReader.read(Json.tree(policy));
  }
}
