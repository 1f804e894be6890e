package io.slipway.serving.id;

import io.slipway.bundle.Output;
import java.util.List;

/// What prediction ids encode of the version.
///
/// @param row of the version in the registry; 0 where it is unknown
/// @param labels of the output; empty where it has none
public record VersionStamp(long row, List<String> labels) {
  public VersionStamp {
    labels = List.copyOf(labels);
  }

  public static VersionStamp of(long row, Output output) {
    return new VersionStamp(
        row,
        switch (output) {
          case Output.Classification c -> c.labels();
          case Output.SigmoidProbability s -> s.labels() == null ? List.of() : s.labels();
          case Output.Value _, Output.Tensors _ -> List.of();
        });
  }
}
