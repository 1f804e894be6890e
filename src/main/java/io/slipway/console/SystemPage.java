package io.slipway.console;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How this replica stands.
///
/// @param trouble why the registry could not be asked the last time; null where it could
/// @param missing promoted versions that are not loaded, with the reason
/// @param replicas all that share the registry; empty where it does not answer
public record SystemPage(
    @Nullable String trouble,
    List<Fact> missing,
    List<Peer> replicas,
    List<Loaded> loaded,
    List<Group> groups) {

  public record Fact(String name, String value) {}

  /// Facts about one thing.
  public record Group(String title, List<Fact> facts) {}

  /// One of the replicas.
  ///
  /// @param self whether it is the one that shows the page
  /// @param serves the versions that it has loaded, by model
  /// @param troubles where it lags, and what it could not load
  public record Peer(
      String name,
      String version,
      boolean self,
      boolean live,
      Instant startedAt,
      Instant reportedAt,
      List<Fact> serves,
      List<Fact> troubles) {}

  /// A version in memory.
  ///
  /// @param by what leads to it: stages and aliases
  public record Loaded(String model, int number, List<String> by, long bytes) {}
}
