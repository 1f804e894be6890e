package io.slipway.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// The configuration of loading and predicting.
@ConfigMapping(prefix = "slipway.serving")
public interface ServingConfig {
  /// Worker threads for predictions of all models; by default two per core.
  OptionalInt threads();

  /// Worker threads that one model may use at once; by default one per core.
  OptionalInt threadsPerModel();

  /// Calls that may be queued per version; more are refused with 429.
  @WithDefault("1000")
  int queue();

  /// Rows of one call per run of the model.
  @WithDefault("256")
  int rowsPerRun();

  /// The longest time for a call, whatever deadline the caller sets.
  @WithDefault("30s")
  Duration deadline();

  /// The time after which a run counts as endless, from the last moment at which a call could wait
  /// for it; and the longest time that a run may occupy an event loop.
  @WithDefault("10s")
  Duration stuckAfter();

  /// Threads that may be lost to endless runs; with one more the process exits. By default half the
  /// number of cores, at least one.
  OptionalInt stuckAtMost();

  /// The memory for the runs of one graph, without its weights; by default the maximum heap size,
  /// at most 4 GiB.
  Optional<MemorySize> runMemory();

  /// The largest output of a model for one call, as tensors; by default a sixteenth of the heap.
  Optional<MemorySize> runOutput();

  /// How often the loaded versions are compared with the registry, in addition to its events.
  @WithDefault("5s")
  Duration reconcileEvery();

  /// Versions that are loaded at the same time.
  @WithDefault("2")
  int loaders();

  /// How long a promotion waits until its version is loaded.
  @WithDefault("5m")
  Duration loadTimeout();

  /// Versions kept loaded only because callers asked for them by number.
  @WithDefault("4")
  int onDemand();

  /// The wait before a failed load is tried again; doubled with every failure.
  @WithDefault("2s")
  Duration retryAfter();

  /// The longest wait between two tries to load a version.
  @WithDefault("5m")
  Duration retryAtMost();

  /// The process that checks a bundle.
  Probe probe();

  /// The limits of that process.
  interface Probe {
    /// The time from its start to its report.
    @WithDefault("2m")
    Duration time();

    /// The time after which a check gives way to others that wait, and begins again later, as the
    /// only one that may take long.
    @WithDefault("5s")
    Duration firstTrial();

    /// The processor time of a graph's first run. Later runs may take as much longer as earlier
    /// ones have needed, and opening a graph three times as long.
    @WithDefault("20s")
    Duration run();

    /// The Java heap.
    @WithDefault("1G")
    MemorySize heap();

    /// The total memory, native memory included.
    @WithDefault("4G")
    MemorySize memory();
  }
}
