package io.slipway.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How versions are loaded and predictions executed.
@ConfigMapping(prefix = "slipway.serving")
public interface ServingConfig {
  /// Threads that predict, for all models together; by default two for each core.
  OptionalInt threads();

  /// Threads that one model may occupy at once; by default one for each core.
  OptionalInt threadsPerModel();

  /// Calls that may wait for one model; more are refused as overloaded.
  @WithDefault("1000")
  int queue();

  /// Rows of one call that go through the model at once.
  @WithDefault("256")
  int rowsPerRun();

  /// The longest that a call may take, whatever the caller allows.
  @WithDefault("30s")
  Duration deadline();

  /// How long after the last moment at which any call could wait for it a run is taken to never
  /// end; and how long any run may keep an event loop.
  @WithDefault("10s")
  Duration stuckAfter();

  /// Threads that may be lost to runs that never end; with one more the process ends. By default
  /// half as many as there are cores, at least one.
  OptionalInt stuckAtMost();

  /// What the runs of one graph may occupy together, its weights aside; by default as much as the
  /// heap may have, at most 4 GiB.
  Optional<MemorySize> runMemory();

  /// What a model may answer to one call, as tensors; by default a sixteenth of the heap.
  Optional<MemorySize> runOutput();

  /// How often serving is compared with the registry, beside the events that tell of changes.
  @WithDefault("5s")
  Duration reconcileEvery();

  /// Versions that are loaded at a time.
  @WithDefault("2")
  int loaders();

  /// How long a promotion waits for its version to be loaded.
  @WithDefault("5m")
  Duration loadTimeout();

  /// Versions that no stage and no alias needs and that callers have asked for by number.
  @WithDefault("4")
  int onDemand();

  /// The wait after a version has failed to load; doubled with every failure.
  @WithDefault("2s")
  Duration retryAfter();

  /// The longest wait between two tries to load a version.
  @WithDefault("5m")
  Duration retryAtMost();

  /// The process that tries a bundle.
  Probe probe();

  /// What that process may take.
  interface Probe {
    /// From its start to its report.
    @WithDefault("2m")
    Duration time();

    /// Of processor time, the first run of a graph; later ones may take as much longer as earlier
    /// ones have shown to need, and opening a graph three times as long.
    @WithDefault("20s")
    Duration run();

    /// Java's heap.
    @WithDefault("1G")
    MemorySize heap();

    /// Memory in all, native included.
    @WithDefault("4G")
    MemorySize memory();
  }
}
