package io.slipway.registry;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// Refuses to start on a database that the registry was not written for.
@ApplicationScoped
class DatabaseVersion {
  private static final int OLDEST = 15;

  void check(@Observes StartupEvent event, DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      String product = connection.getMetaData().getDatabaseProductName();
      int major = connection.getMetaData().getDatabaseMajorVersion();
      if (!product.equals("PostgreSQL") || major < OLDEST) {
        throw new IllegalStateException(
            "the database is "
                + product
                + " "
                + major
                + "; Slipway wants PostgreSQL "
                + OLDEST
                + " or later (SLIPWAY_DATABASE_URL)");
      }
    }
  }
}
