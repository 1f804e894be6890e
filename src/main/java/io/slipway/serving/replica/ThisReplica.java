package io.slipway.serving.replica;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The identity of this process among the replicas. Its id is stored in the data folder, which only
/// one process at a time uses: a replica that is killed and restarted keeps its id.
@Singleton
public final class ThisReplica {
  private final UUID id;
  private final String name;
  private final String version;
  private final Instant startedAt;

  @Inject
  ThisReplica(
      ReplicaConfig config,
      InstantSource clock,
      @ConfigProperty(name = "quarkus.application.version") String version,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.id = id(data.resolve("replica"));
    this.name = config.name().orElseGet(ThisReplica::machine);
    this.version = version;
    this.startedAt = clock.instant();
  }

  private static UUID id(Path file) {
    try {
      if (Files.exists(file)) {
        return UUID.fromString(Files.readString(file).strip());
      }
      UUID fresh = UUID.randomUUID();
      Files.writeString(file, fresh.toString());
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      // Incomplete, so no one can have seen it.
      return UUID.randomUUID();
    }
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this machine";
    }
  }

  public UUID id() {
    return id;
  }

  public String name() {
    return name;
  }

  /// The version of Slipway.
  String version() {
    return version;
  }

  Instant startedAt() {
    return startedAt;
  }
}
