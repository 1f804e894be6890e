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

/// What has to be known before Quarkus starts: from the environment, system properties,
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
        throw new CannotStart(file + " can't be read: " + e, e);
      }
    }
    return builder.build();
  }

  /// Quarkus opens its port last, when half the process is at work: somebody who has forgotten
  /// another server waits for that, and reads pages of traces of what was under way.
  ///
  /// @throws CannotStart where something else listens on the port for HTTP
  static void requireFreePort(SmallRyeConfig config) {
    if (config.getOptionalValue("quarkus.http.insecure-requests", String.class).isPresent()) {
      // Whether there is a port without TLS at all is for Quarkus to say.
      return;
    }
    String host = config.getOptionalValue("quarkus.http.host", String.class).orElse("localhost");
    String port = config.getOptionalValue("quarkus.http.port", String.class).orElse("8080");
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, Integer.parseInt(port)));
    } catch (IllegalArgumentException e) {
      throw new CannotStart("QUARKUS_HTTP_PORT is no port, from 0 to 65535: " + port, e);
    } catch (IOException e) {
      throw new CannotStart(
          "Port "
              + port
              + " of "
              + host
              + " can't be listened on ("
              + e.getMessage()
              + "): stop what has it, or choose another with --port or QUARKUS_HTTP_PORT.",
          e);
    }
  }
}
