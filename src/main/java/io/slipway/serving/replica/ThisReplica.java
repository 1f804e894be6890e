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

/// Who this process is among the replicas. Its id is that of the data folder, which one process at
/// a time has: a replica that was killed and is started again is the same one.
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
      // Half written: nobody has seen it yet.
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

  /// Of the software.
  String version() {
    return version;
  }

  Instant startedAt() {
    return startedAt;
  }
}
