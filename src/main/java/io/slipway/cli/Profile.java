package io.slipway.cli;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The connection to a registry: its URL and the access key.
///
/// @param url without a slash at its end
record Profile(URI url, @Nullable String token) {
  private static final String DEFAULT = "http://127.0.0.1:8080";

  /// Options take precedence over environment variables, and these over profiles.
  ///
  /// @param url the option's value
  /// @param name the profile named by the option
  static Profile of(@Nullable String url, @Nullable String name, Map<String, String> environment) {
    String chosen = name != null ? name : environment.get("SLIPWAY_PROFILE");
    Properties profiles = chosen == null ? new Properties() : read(environment);
    if (chosen != null && profiles.getProperty(chosen + ".url") == null) {
      throw new Failure.Misused(
          "there is no " + chosen + ".url in " + file(environment) + ", so no profile " + chosen);
    }
    String ofProfile = profiles.getProperty(chosen + ".url");
    // An explicitly chosen profile takes precedence over the environment.
    String found =
        url != null
            ? url
            : name != null ? ofProfile : environment.getOrDefault("SLIPWAY_URL", ofProfile);
    String token =
        environment.getOrDefault("SLIPWAY_TOKEN", profiles.getProperty(chosen + ".token"));
    return new Profile(uri(found == null ? DEFAULT : found), token);
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new Failure.Misused("'" + text + "' is not a URL like http://127.0.0.1:8080");
  }

  private static Path file(Map<String, String> environment) {
    String config = environment.get("XDG_CONFIG_HOME");
    Path folder =
        config == null || config.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".config")
            : Path.of(config);
    return folder.resolve("slipway").resolve("profiles.properties");
  }

  private static Properties read(Map<String, String> environment) {
    Properties properties = new Properties();
    Path file = file(environment);
    if (Files.exists(file)) {
      try {
        String text = Files.readString(file);
        // Some editors write a byte order mark.
        properties.load(new StringReader(text.startsWith("\ufeff") ? text.substring(1) : text));
      } catch (IOException | IllegalArgumentException e) {
        throw new Failure.Misused(file + " cannot be read: " + e.getMessage());
      }
    }
    return properties;
  }

  /// Omits the key.
  @Override
  public String toString() {
    return url.toString();
  }
}
