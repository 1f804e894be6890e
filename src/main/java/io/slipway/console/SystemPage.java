package io.slipway.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How this replica stands.
///
/// @param trouble why the registry could not be asked the last time; null where it could
/// @param missing promoted versions that are not loaded, with the reason
public record SystemPage(
    @Nullable String trouble, List<Fact> missing, List<Loaded> loaded, List<Group> groups) {

  public record Fact(String name, String value) {}

  /// Facts about one thing.
  public record Group(String title, List<Fact> facts) {}

  /// A version in memory.
  ///
  /// @param by what leads to it: stages and aliases
  public record Loaded(String model, int number, List<String> by, long bytes) {}
}
