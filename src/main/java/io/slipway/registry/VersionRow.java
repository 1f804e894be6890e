package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of `model_version` for reading: a projection without the large columns, which are in
/// [VersionDocuments]. The members are those of [ModelVersion], as stored in the columns.
@RegisterForReflection
record VersionRow(
    long id,
    int number,
    String kind,
    String status,
    String digest,
    @Nullable String blob,
    long size,
    @Nullable String source,
    @Nullable String object,
    int examples,
    boolean untried,
    @Nullable String optimization,
    @Nullable String description,
    String tags,
    boolean archived,
    Instant registeredAt,
    String registeredBy) {
  /// The columns that [#read] reads, from a table `v`.
  static final String COLUMNS =
      "v.id as version_id, v.number, v.kind, v.status, v.digest, v.blob, v.size, v.source, v.object,"
          + " v.examples, v.description, v.tags, v.archived, v.registered_at, v.registered_by,"
          + " coalesce(jsonb_exists(v.checks, 'untried'), false) as untried,"
          + " v.checks ->> 'optimization' as optimization";

  static VersionRow read(ResultSet row) throws SQLException {
    return new VersionRow(
        row.getLong("version_id"),
        row.getInt("number"),
        row.getString("kind"),
        row.getString("status"),
        row.getString("digest"),
        row.getString("blob"),
        row.getLong("size"),
        row.getString("source"),
        row.getString("object"),
        row.getInt("examples"),
        row.getBoolean("untried"),
        row.getString("optimization"),
        row.getString("description"),
        row.getString("tags"),
        row.getBoolean("archived"),
        Sql.instant(row, "registered_at"),
        row.getString("registered_by"));
  }

  ModelVersion of(String model) {
    return new ModelVersion(
        id,
        model,
        number,
        VersionKind.of(kind),
        VersionStatus.of(status),
        new Digest(digest),
        blob == null ? null : new Digest(blob),
        size,
        source,
        object,
        examples,
        untried,
        optimization,
        description,
        Json.texts(tags),
        archived,
        registeredAt,
        registeredBy);
  }
}
