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

/// SQL statements on the connection of the running transaction (see [Transactions]), with named
/// parameters. `:name` is a parameter anywhere in the text: a literal must not contain a colon
/// before a letter, and types are given by `cast`, not `::`.
///
/// SQL is used where Hibernate lacks a feature or is slower: queries of a start, claims by the
/// clock of the database, moves in one statement, JSON documents. docs/decisions/0015-panache.md
/// lists the statements. They see changes of entities only after a flush.
@ApplicationScoped
public class Sql {
  private static final Pattern PARAMETER = Pattern.compile(":([a-z][a-z0-9_]*)");

  private final DataSource source;

  Sql(DataSource source) {
    this.source = source;
  }

  /// A statement whose parameters are still to be set. Not thread-safe.
  public Statement of(String text) {
    return new Statement(text);
  }

  /// Runs `work` on the connection, for what named parameters can't do.
  ///
  /// @throws Failed if the database reports an error
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

  /// Work on a connection, which it must not close.
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /// Reads one row.
  @FunctionalInterface
  public interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  @FunctionalInterface
  public interface Taker {
    void take(ResultSet row) throws SQLException;
  }

  /// One statement and its parameters.
  public final class Statement {
    private final String text;
    private final Map<String, @Nullable Object> values = new HashMap<>();

    private Statement(String text) {
      this.text = text;
    }

    /// @param value a string, a number, a boolean, an [Instant], a UUID, or a list of strings,
    ///     longs or doubles, which becomes an array; null only if the statement shows the
    ///     parameter's type
    public Statement set(String name, @Nullable Object value) {
      values.put(name, value);
      return this;
    }

    /// Reads all rows, in the order of the result.
    public <T> List<T> list(Reader<T> reader) {
      List<T> found = new ArrayList<>();
      each(row -> found.add(reader.read(row)));
      return found;
    }

    /// Passes each row to `taker`, in the order of the result.
    public void each(Taker taker) {
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

    /// Reads the first row; null if there is none.
    public <T> @Nullable T first(Reader<T> reader) {
      try (Connection connection = source.getConnection();
          PreparedStatement statement = prepared(connection);
          ResultSet rows = statement.executeQuery()) {
        return rows.next() ? reader.read(rows) : null;
      } catch (SQLException e) {
        throw new Failed(e);
      }
    }

    /// @return the number of changed rows
    public int run() {
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
        // The statement shows the type of an empty array.
        case List<?> list when list.isEmpty() -> statement.setObject(index, "{}", Types.OTHER);
        case List<?> list -> {
          String type =
              switch (list.getFirst()) {
                case Long _ -> "bigint";
                case Double _ -> "float8";
                default -> "text";
              };
          statement.setArray(index, connection.createArrayOf(type, list.toArray()));
        }
        default -> statement.setObject(index, value);
      }
    }
  }

  /// The database has reported an error, or the connection is lost.
  public static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed(SQLException cause) {
      super(cause.getMessage(), cause);
    }

    /// Whether a row with the same unique key exists already.
    public boolean duplicate() {
      return getCause() instanceof SQLException sql && "23505".equals(sql.getSQLState());
    }
  }
}
