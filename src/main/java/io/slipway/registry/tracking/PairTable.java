package io.slipway.registry.tracking;

import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The tables of tags and parameters: pairs of a key and a value, by the row that owns them. All
/// pairs of a call are written in one statement. Within the running transaction.
enum PairTable {
  EXPERIMENT_TAG,
  RUN_TAG,
  RUN_PARAM,
  LOGGED_MODEL_TAG,
  LOGGED_MODEL_PARAM;

  private static final String INSERT =
      """
      insert into %s (owner, key, value)
      select cast(:owner as bigint), key, value
      from unnest(cast(:keys as text[]), cast(:values as text[])) as given (key, value)
      order by key on conflict (owner, key) do %s
      """;

  private final String table = name().toLowerCase(Locale.ROOT);

  /// The name of the table.
  String table() {
    return table;
  }

  /// Writes `pairs`, over older values.
  void put(Sql sql, long owner, Map<String, String> pairs) {
    insert(sql, owner, pairs, "update set value = excluded.value");
  }

  /// Writes `pairs`, whose values never change.
  ///
  /// @throws Refusal.InvalidValue if there is another value already
  void putOnce(Sql sql, long owner, Map<String, String> pairs) {
    insert(sql, owner, pairs, "nothing");
    Map<String, String> now = of(sql, List.of(owner)).getOrDefault(owner, Map.of());
    pairs.forEach(
        (key, value) -> {
          if (!value.equals(now.get(key))) {
            throw new Refusal.InvalidValue(
                "params", "the parameter '" + key + "' has another value, which can't be changed");
          }
        });
  }

  private void insert(Sql sql, long owner, Map<String, String> pairs, String conflict) {
    if (!pairs.isEmpty()) {
      sql.of(INSERT.formatted(table, conflict))
          .set("owner", owner)
          .set("keys", List.copyOf(pairs.keySet()))
          .set("values", List.copyOf(pairs.values()))
          .run();
    }
  }

  /// @return whether there was one
  boolean remove(Sql sql, long owner, String key) {
    return sql.of("delete from " + table + " where owner = :owner and key = :key")
            .set("owner", owner)
            .set("key", key)
            .run()
        > 0;
  }

  /// The pairs of each of `owners` that has some, ordered by key.
  Map<Long, Map<String, String>> of(Sql sql, List<Long> owners) {
    Map<Long, Map<String, String>> found = new HashMap<>();
    sql.of("select owner, key, value from " + table + " where owner = any(:owners)")
        .set("owners", owners)
        .each(
            row ->
                found
                    .computeIfAbsent(row.getLong("owner"), _ -> new TreeMap<>())
                    .put(row.getString("key"), row.getString("value")));
    return found;
  }
}
