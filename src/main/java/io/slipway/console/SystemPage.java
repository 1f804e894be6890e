package io.slipway.console;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The page about this replica.
///
/// @param trouble why the last call to the registry failed; null where it succeeded
/// @param missing promoted versions that are not loaded, with the reason
/// @param replicas all replicas of this registry; empty where the database does not answer
public record SystemPage(
    @Nullable String trouble,
    List<Fact> missing,
    List<Peer> replicas,
    List<Loaded> loaded,
    List<Group> groups) {

  public record Fact(String name, String value) {}

  /// Facts about one topic, with its title.
  public record Group(String title, List<Fact> facts) {}

  /// One replica.
  ///
  /// @param self whether it is the one that rendered the page
  /// @param serves the versions that it has loaded, by model
  /// @param troubles models for which it is behind, and versions that it could not load
  public record Peer(
      String name,
      String version,
      boolean self,
      boolean live,
      Instant startedAt,
      Instant reportedAt,
      List<Fact> serves,
      List<Fact> troubles) {}

  /// A loaded version.
  ///
  /// @param by the stages and aliases that point to it
  public record Loaded(String model, int number, List<String> by, long bytes) {}
}
