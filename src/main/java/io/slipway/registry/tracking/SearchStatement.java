package io.slipway.registry.tracking;

import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import io.slipway.registry.tracking.Filter.Comparison;
import io.slipway.registry.tracking.Filter.Kind;
import io.slipway.registry.tracking.Filter.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One search as SQL: what a caller has written becomes parameters, never text of the statement.
final class SearchStatement {
  private static final Set<String> OF_NUMBERS = Set.of("=", "!=", "<", "<=", ">", ">=");
  private static final Set<String> OF_TEXTS =
      Set.of("=", "!=", "LIKE", "ILIKE", "IN", "NOT IN", "IS NULL", "IS NOT NULL");

  private final SearchTable table;
  private final Map<String, Object> values = new HashMap<>();
  private final List<String> conditions = new ArrayList<>();

  SearchStatement(SearchTable table) {
    this.table = table;
  }

  /// @param condition on `r`, without anything that a caller has written
  SearchStatement where(String condition) {
    conditions.add(condition);
    return this;
  }

  /// @param condition on `r`, with `%s` for the value
  SearchStatement where(String condition, Object value) {
    return where(condition.formatted(parameter(value)));
  }

  SearchStatement filter(String text) {
    Filter.read(text).forEach(each -> conditions.add(condition(each)));
    return this;
  }

  /// The page of `query` and the item after it.
  Sql.Statement page(Sql sql, String columns, Query query) {
    StringBuilder order = new StringBuilder();
    for (Filter.Order by : Filter.orders(query.orderBy())) {
      order
          .append(orderable(by.subject()))
          .append(by.descending() ? " desc" : " asc")
          .append(" nulls last, ");
    }
    Sql.Statement statement =
        sql.of(
                "select "
                    + columns
                    + " from "
                    + table.table()
                    + " r where "
                    + String.join(" and ", conditions)
                    + " order by "
                    + order
                    + table.ordering()
                    + " limit :limit offset :offset")
            .set("limit", query.limit() + 1)
            .set("offset", Offset.of(query.pageToken()));
    values.forEach(statement::set);
    return statement;
  }

  private String parameter(Object value) {
    String name = "v" + values.size();
    values.put(name, value);
    return ":" + name;
  }

  private String condition(Comparison by) {
    Subject subject = by.subject();
    boolean number =
        subject.kind() == Kind.METRIC
            || subject.kind() == Kind.ATTRIBUTE && table.attribute(subject.key()).number();
    if (number != by.value() instanceof Double
        || !(number ? OF_NUMBERS : OF_TEXTS).contains(by.operator())) {
      throw new Refusal.InvalidValue(
          "filter",
          number
              ? "'" + subject.key() + "' is compared by =, !=, <, <=, > or >= with a number"
              : "'"
                  + subject.key()
                  + "' is compared by =, !=, LIKE, ILIKE, IN, NOT IN or IS NULL with a text");
    }
    if (by.operator().equals("=") && pairs(subject) instanceof PairTable pairs) {
      // As an index on the start of the values can find it.
      String value = parameter(String.valueOf(by.value()));
      return "exists (select 1 from %s k where k.owner = r.id and k.key = %s"
              .formatted(pairs.table(), parameter(subject.key()))
          + " and left(k.value, 100) = left(%s, 100) and k.value = %s)".formatted(value, value);
    }
    if (subject.kind() == Kind.DATASET) {
      return "exists (select 1 from run_dataset d where d.run = r.id and %s)"
          .formatted(compared(dataset(subject.key()), by));
    }
    return compared(expression(subject), by);
  }

  private String compared(String expression, Comparison by) {
    Object value = by.value();
    if (value == null) {
      return expression + " " + by.operator();
    }
    String parameter = parameter(value);
    return switch (by.operator()) {
      case "IN" -> expression + " = any(" + parameter + ")";
      case "NOT IN" -> expression + " <> all(" + parameter + ")";
      // Without an escape sign: every pattern is valid.
      case "LIKE", "ILIKE" -> expression + " " + by.operator() + " " + parameter + " escape ''";
      default -> expression + " " + by.operator() + " " + parameter;
    };
  }

  private String orderable(Subject subject) {
    if (subject.kind() == Kind.DATASET) {
      throw new Refusal.InvalidValue("order_by", "datasets can't be ordered by");
    }
    String expression = expression(subject);
    return subject.kind() == Kind.METRIC
        ? "nullif(%s, cast('NaN' as double precision))".formatted(expression)
        : expression;
  }

  /// The value for one row; null where it has none.
  private String expression(Subject subject) {
    PairTable pairs = pairs(subject);
    if (pairs != null) {
      return "(select k.value from %s k where k.owner = r.id and k.key = %s)"
          .formatted(pairs.table(), parameter(subject.key()));
    }
    String metric = table.metric();
    if (subject.kind() == Kind.ATTRIBUTE) {
      return table.attribute(subject.key()).column();
    }
    if (subject.kind() == Kind.METRIC && metric != null) {
      return "(" + metric.formatted(parameter(subject.key())) + ")";
    }
    throw new Refusal.InvalidValue(
        "filter or order_by", "there are no " + subject.kind() + "S here");
  }

  private @Nullable PairTable pairs(Subject subject) {
    return switch (subject.kind()) {
      case TAG -> table.tags();
      case PARAM -> table.params();
      case ATTRIBUTE, METRIC, DATASET -> null;
    };
  }

  private String dataset(String key) {
    if (!table.table().equals("run")) {
      throw new Refusal.InvalidValue("filter", "there are no datasets here");
    }
    return switch (key) {
      case "name" -> "d.name";
      case "digest" -> "d.digest";
      case "context" -> "(d.tags ->> 'mlflow.data.context')";
      default ->
          throw new Refusal.InvalidValue(
              "filter", "expected datasets.name, datasets.digest or datasets.context");
    };
  }
}
