package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Statements of SQL on the connection of the running transaction (see [Transactions]), with
/// parameters by name: `:name` wherever it stands, so no literal holds a colon before a letter, and
/// types are named by `cast`. For what the mapper hides or would make slower: what a start asks,
/// claims by the clock of the database, moves in one statement, documents. They see what the mapper
/// has flushed only. Which statements these are is in docs/decisions/0015-panache.md.
@ApplicationScoped
class Sql {
  private static final Pattern PARAMETER = Pattern.compile(":([a-z][a-z0-9_]*)");

  private final DataSource source;

  Sql(DataSource source) {
    this.source = source;
  }

  /// A statement whose parameters are still to be set; for the one that asks for it.
  Statement of(String text) {
    return new Statement(text);
  }

  /// Does what named parameters are too little for.
  ///
  /// @throws Failed where the database refuses it
  <T> T on(Work<T> work) {
    try (Connection connection = source.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new Failed(e);
    }
  }

  /// The time in a column that is never null.
  static Instant instant(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(instantOrNull(row, column), column);
  }

  static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /// Work on a connection, which it leaves open.
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /// What one row says.
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  @FunctionalInterface
  interface Taker {
    void take(ResultSet row) throws SQLException;
  }

  /// One statement and its parameters.
  final class Statement {
    private final String text;
    private final Map<String, @Nullable Object> values = new HashMap<>();

    private Statement(String text) {
      this.text = text;
    }

    /// @param value a text, a number, a flag, an [Instant], a UUID, or a list of texts or of longs,
    ///     which is an array; null is one where the statement shows of what type
    Statement set(String name, @Nullable Object value) {
      values.put(name, value);
      return this;
    }

    /// What each row says, in the order of the database's answer.
    <T> List<T> list(Reader<T> reader) {
      List<T> found = new ArrayList<>();
      each(row -> found.add(reader.read(row)));
      return found;
    }

    /// Takes each row, in the order of the database's answer.
    void each(Taker taker) {
      try (Connection connection = source.getConnection();
          PreparedStatement statement = prepared(connection);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          taker.take(rows);
        }
      } catch (SQLException e) {
        throw new Failed(e);
      }
    }

    /// The first row; null where there is none.
    <T> @Nullable T first(Reader<T> reader) {
      try (Connection connection = source.getConnection();
          PreparedStatement statement = prepared(connection);
          ResultSet rows = statement.executeQuery()) {
        return rows.next() ? reader.read(rows) : null;
      } catch (SQLException e) {
        throw new Failed(e);
      }
    }

    /// @return how many rows have changed
    int run() {
      try (Connection connection = source.getConnection();
          PreparedStatement statement = prepared(connection)) {
        return statement.executeUpdate();
      } catch (SQLException e) {
        throw new Failed(e);
      }
    }

    private PreparedStatement prepared(Connection connection) throws SQLException {
      List<String> names = new ArrayList<>();
      String positional =
          PARAMETER
              .matcher(text)
              .replaceAll(
                  found -> {
                    names.add(found.group(1));
                    return Matcher.quoteReplacement("?");
                  });
      PreparedStatement statement = connection.prepareStatement(positional);
      try {
        for (int i = 0; i < names.size(); i++) {
          bind(connection, statement, i + 1, names.get(i));
        }
        return statement;
      } catch (SQLException | RuntimeException e) {
        statement.close();
        throw e;
      }
    }

    private void bind(
        Connection connection, PreparedStatement statement, int index, String parameter)
        throws SQLException {
      Object value = values.get(parameter);
      switch (value) {
        case null -> {
          if (!values.containsKey(parameter)) {
            throw new IllegalStateException("nothing was set for :" + parameter);
          }
          statement.setObject(index, null);
        }
        case Instant time -> statement.setObject(index, time.atOffset(ZoneOffset.UTC));
        // Of what type an empty array is, the statement shows.
        case List<?> list when list.isEmpty() -> statement.setObject(index, "{}", Types.OTHER);
        case List<?> list -> {
          String type = list.getFirst() instanceof Long ? "bigint" : "text";
          statement.setArray(index, connection.createArrayOf(type, list.toArray()));
        }
        default -> statement.setObject(index, value);
      }
    }
  }

  /// The database has refused a statement, or has gone.
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed(SQLException cause) {
      super(cause.getMessage(), cause);
    }

    /// Whether a row like it is there already.
    boolean duplicate() {
      return getCause() instanceof SQLException sql && "23505".equals(sql.getSQLState());
    }
  }
}
