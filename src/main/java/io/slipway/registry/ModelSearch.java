package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Finds models by their metadata, within the running transaction. It uses SQL because HQL can't
/// search in JSON: tags use an index on their document, and the lineage is part of a document.
@ApplicationScoped
class ModelSearch {
  private final Sql sql;

  ModelSearch(Sql sql) {
    this.sql = sql;
  }

  /// The matching models by name, at most one more than a page has.
  List<ModelRow> search(ModelQuery query) {
    StringBuilder text =
        new StringBuilder("select ")
            .append(ModelRow.COLUMNS)
            .append(" from model m where m.deleted_at is null and m.name > :after");
    Map<String, Object> values = new HashMap<>();
    values.put("after", PageToken.text(query.pageToken(), ""));
    if (query.text() != null && !query.text().isEmpty()) {
      text.append(
          " and (m.name ilike :q or m.display_name ilike :q or m.description ilike :q or m.owner ilike :q"
              + " or cast(m.tags as text) ilike :q"
              + " or exists (select 1 from model_version v where v.model_id = m.id"
              + " and v.deleted_at is null and cast(v.manifest -> 'lineage' as text) ilike :q))");
      values.put("q", "%" + literal(query.text()) + "%");
    }
    int n = 0;
    if (!query.names().contains("*")) {
      List<String> likes = new ArrayList<>();
      for (String name : query.names()) {
        likes.add("m.name like :n" + n);
        values.put("n" + n++, literal(name).replace('*', '%'));
      }
      text.append(" and (")
          .append(likes.isEmpty() ? "false" : String.join(" or ", likes))
          .append(")");
    }
    for (String tag : query.tags()) {
      int eq = tag.indexOf('=');
      if (eq < 0) {
        text.append(" and jsonb_exists(m.tags, :t").append(n).append(")");
        values.put("t" + n, tag);
      } else {
        text.append(" and m.tags @> cast(:t").append(n).append(" as jsonb)");
        values.put("t" + n, Json.write(Map.of(tag.substring(0, eq), tag.substring(eq + 1))));
      }
      n++;
    }
    if (query.stage() != null) {
      text.append(
          " and exists (select 1 from stage s where s.model_id = m.id and s.name = :stage)");
      values.put("stage", query.stage().toLowerCase(Locale.ROOT));
    }
    text.append(" order by m.name limit :limit");
    Sql.Statement statement = sql.of(text.toString()).set("limit", query.limit() + 1);
    values.forEach(statement::set);
    return statement.list(ModelRow::read);
  }

  /// A `like` pattern that matches `text` literally.
  private static String literal(String text) {
    return text.replaceAll("([\\\\%_])", "\\\\$1");
  }
}
