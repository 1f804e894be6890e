package io.slipway.process;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// The configuration needed before Quarkus starts: from the environment, system properties,
/// `config/application.properties` of the working folder and the files of
/// `smallrye.config.locations`.
final class EarlyConfig {
  private EarlyConfig() {}

  static SmallRyeConfig read() {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDefaultSources()
            .withSources(new PropertiesLocationConfigSourceFactory());
    Path file = Path.of("config", "application.properties");
    if (Files.isRegularFile(file)) {
      try {
        builder.withSources(new PropertiesConfigSource(file.toUri().toURL(), 260));
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new CannotStart(file + " cannot be read: " + e, e);
      }
    }
    return builder.build();
  }

  /// Checks that the HTTP port is free. Quarkus opens it last: without this check an operator would
  /// wait for the whole start, and then get pages of stack traces.
  ///
  /// @throws CannotStart where another process listens on the port
  static void requireFreePort(SmallRyeConfig config) {
    if (config.getOptionalValue("quarkus.http.insecure-requests", String.class).isPresent()) {
      // Whether there is a port without TLS is decided by Quarkus.
      return;
    }
    String host = config.getOptionalValue("quarkus.http.host", String.class).orElse("localhost");
    String port = config.getOptionalValue("quarkus.http.port", String.class).orElse("8080");
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, Integer.parseInt(port)));
    } catch (IllegalArgumentException e) {
      throw new CannotStart("QUARKUS_HTTP_PORT must be a port from 0 to 65535: " + port, e);
    } catch (IOException e) {
      throw new CannotStart(
          "Port "
              + port
              + " of "
              + host
              + " cannot be opened ("
              + e.getMessage()
              + "): stop the process that uses it, or choose another with --port or"
              + " QUARKUS_HTTP_PORT.",
          e);
    }
  }
}
