package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import java.util.Set;

/// What one replica serves of one model.
///
/// @param revision the latest revision that all pointers have reached there; [#NONE] before the
///     first
/// @param pointers the version that each stage serves there, and each alias as `@name`
/// @param loaded the versions in memory
/// @param failed versions that could not be loaded, with the reason
@RegisterForReflection
public record ModelReport(
    long revision,
    Map<String, Integer> pointers,
    Set<Integer> loaded,
    Map<Integer, String> failed) {
  /// Less than every revision.
  public static final long NONE = -1;

  public ModelReport {
    pointers = Map.copyOf(pointers);
    loaded = Set.copyOf(loaded);
    failed = Map.copyOf(failed);
  }
}
