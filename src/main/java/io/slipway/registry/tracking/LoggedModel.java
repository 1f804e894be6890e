package io.slipway.registry.tracking;

import java.util.List;
import java.util.Map;

/// A model that a client has logged; its files are artifacts. It is not a version of the registry.
///
/// @param id `m-` and 32 hexadecimal digits
/// @param sourceRun the id of the run that made it; empty without one
public record LoggedModel(
    String id,
    long experiment,
    String name,
    String type,
    String sourceRun,
    Status status,
    String artifactUri,
    long createdMs,
    long updatedMs,
    Map<String, String> params,
    Map<String, String> tags,
    List<Metric> metrics) {

  /// How far its upload is, as its client says.
  public enum Status {
    PENDING,
    READY,
    UPLOAD_FAILED
  }
}
