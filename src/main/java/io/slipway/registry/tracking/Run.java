package io.slipway.registry.tracking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One training run with all that was logged to it.
///
/// @param metrics the newest value of each
/// @param read the ids of the logged models that it has read
/// @param made the ids of the logged models that it has made, with their steps
public record Run(
    Info info,
    List<Metric> metrics,
    Map<String, String> params,
    Map<String, String> tags,
    List<DatasetInput> datasets,
    List<String> read,
    Map<String, Long> made) {

  /// What a run itself is.
  ///
  /// @param id 32 hexadecimal digits
  public record Info(
      String id,
      long experiment,
      String name,
      String user,
      RunStatus status,
      long startMs,
      @Nullable Long endMs,
      String artifactUri,
      boolean deleted) {}
}
