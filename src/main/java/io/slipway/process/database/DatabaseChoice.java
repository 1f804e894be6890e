package io.slipway.process.database;

import io.slipway.process.CannotStart;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The data folder and the database to use, according to [EarlyConfig].
///
/// @param data the data folder
/// @param external properties of the database that the operator configured; empty: use the embedded
/// @param source how it was chosen, for the log, without secrets
public record DatabaseChoice(Path data, Map<String, String> external, String source) {
  private static final String URL = "quarkus.datasource.jdbc.url";

  public static DatabaseChoice of(SmallRyeConfig config) {
    Path data =
        config
            .getOptionalValue("slipway.data", String.class)
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home", "."), ".slipway"));
    Optional<String> quarkus = config.getOptionalValue(URL, String.class);
    if (quarkus.isPresent()) {
      return new DatabaseChoice(
          data, Map.of(URL, quarkus.get()), "configured by " + URL + ": " + shown(quarkus.get()));
    }
    Optional<String> own = config.getOptionalValue("slipway.database.url", String.class);
    if (own.isEmpty()) {
      return new DatabaseChoice(data, Map.of(), "embedded, in " + data.resolve("postgres"));
    }
    if (!own.get().startsWith("jdbc:postgresql:")) {
      throw new CannotStart(
          "SLIPWAY_DATABASE_URL must be like jdbc:postgresql://host:5432/database; user and"
              + " password belong in SLIPWAY_DATABASE_USERNAME and SLIPWAY_DATABASE_PASSWORD.");
    }
    Map<String, String> properties = new HashMap<>();
    properties.put(URL, own.get());
    config
        .getOptionalValue("slipway.database.username", String.class)
        .ifPresent(name -> properties.put("quarkus.datasource.username", name));
    config
        .getOptionalValue("slipway.database.password", String.class)
        .ifPresent(word -> properties.put("quarkus.datasource.password", word));
    return new DatabaseChoice(
        data, Map.copyOf(properties), "configured by SLIPWAY_DATABASE_URL: " + shown(own.get()));
  }

  /// The URL without user and parameters, which may contain a password.
  private static String shown(String url) {
    return url.replaceFirst("[?].*", "").replaceFirst("//[^/@]*@", "//");
  }

  /// Contains no password.
  @Override
  public String toString() {
    return source;
  }
}
