package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Reads rows of `model_version`: without the large columns, which only [VersionDetail] wants.
final class VersionRows {
  /// What [#read] reads, of a table `v`.
  static final String COLUMNS =
      "v.id as version_id, v.number, v.digest, v.blob, v.size, v.object, v.examples, v.description,"
          + " v.tags, v.archived, v.registered_at, v.registered_by,"
          + " jsonb_exists(v.checks, 'untried') as untried,"
          + " v.checks ->> 'optimization' as optimization";

  private VersionRows() {}

  static ModelVersion read(ResultSet row, String model) throws SQLException {
    return new ModelVersion(
        row.getLong("version_id"),
        model,
        row.getInt("number"),
        new Digest(row.getString("digest")),
        new Digest(row.getString("blob")),
        row.getLong("size"),
        row.getString("object"),
        row.getInt("examples"),
        row.getBoolean("untried"),
        row.getString("optimization"),
        row.getString("description"),
        Json.texts(row.getString("tags")),
        row.getBoolean("archived"),
        Sql.instant(row, "registered_at"),
        row.getString("registered_by"));
  }
}
