package io.slipway.monitoring;

import io.slipway.bundle.Manifest;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.profile.Baseline;
import io.slipway.pipeline.profile.Profile;
import io.slipway.pipeline.profile.Series;
import io.slipway.pipeline.profile.Watched;
import io.slipway.serving.VersionId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is counted of the objects of one version: a cell for each bin of each profile of its
/// baseline, and a last one for the objects. Immutable.
final class CountingPlan {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final VersionId id;
  private final long version;
  private final Baseline baseline;
  private final CellReader[] readers;

  /// The first cell of each profile.
  private final int[] offsets;

  private final int cells;

  private CountingPlan(
      VersionId id, long version, Baseline baseline, CellReader[] readers, int[] offsets) {
    this.id = id;
    this.version = version;
    this.baseline = baseline;
    this.readers = readers;
    this.offsets = offsets;
    this.cells = baseline.cells();
  }

  /// @param version the row id of the version in the registry
  /// @param pipeline the compiled pipeline of the version
  static CountingPlan of(
      VersionId id, long version, Baseline baseline, Manifest manifest, Pipeline pipeline) {
    Map<List<Object>, Series> series = new HashMap<>();
    for (Series one : Watched.of(manifest, pipeline)) {
      series.put(List.of(one.origin(), one.name()), one);
    }
    List<CellReader> readers = new ArrayList<>();
    List<Integer> offsets = new ArrayList<>();
    int offset = 0;
    for (Profile profile : baseline.profiles()) {
      Series one = series.get(List.of(profile.origin(), profile.name()));
      CellReader reader = one == null ? null : CellReader.of(profile, one);
      if (reader != null) {
        readers.add(reader);
        offsets.add(offset);
      }
      offset += profile.cells();
    }
    return new CountingPlan(
        id,
        version,
        baseline,
        readers.toArray(CellReader[]::new),
        offsets.stream().mapToInt(Integer::intValue).toArray());
  }

  VersionId id() {
    return id;
  }

  /// The row id of the version.
  long version() {
    return version;
  }

  Baseline baseline() {
    return baseline;
  }

  /// The number of cells, the one that counts objects included.
  int length() {
    return cells + 1;
  }

  /// Adds one row to `counts`, of which the calling thread is the only writer. Other threads may
  /// read it meanwhile.
  void count(long[] counts, Frame frame, Prediction prediction) {
    for (int i = 0; i < readers.length; i++) {
      increment(counts, offsets[i] + readers[i].cell(frame, prediction));
    }
    increment(counts, cells);
  }

  private static void increment(long[] counts, int cell) {
    CELL.setOpaque(counts, cell, counts[cell] + 1);
  }

  /// A count that another thread may be writing.
  static long read(long[] counts, int cell) {
    return (long) CELL.getOpaque(counts, cell);
  }
}
