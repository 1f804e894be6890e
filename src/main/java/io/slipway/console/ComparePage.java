package io.slipway.console;

import io.slipway.registry.Model;
import io.slipway.registry.VersionDetail;
import java.util.List;

/// The comparison of two versions of a model.
///
/// @param numbers of the versions to choose from, newest first
public record ComparePage(
    Model model,
    List<Integer> numbers,
    VersionDetail left,
    VersionDetail right,
    DifferenceView difference) {
  public List<VersionDetail> sides() {
    return List.of(left, right);
  }
}
