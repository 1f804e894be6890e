package io.slipway.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.slipway.onnx.graph.ExternalFiles;
import io.slipway.onnx.graph.OnnxBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The owner of ONNX Runtime's environment, and the only place that creates sessions.
///
/// A session is created from a path, as external data is looked up beside the file; or from bytes,
/// where the file is inside of an archive and has no external data. It is created on a thread with
/// a large stack, as building trees and subgraphs recurses, and with a limit on the memory of
/// its runs. The only lock is the one that serialises creation ([SessionArena]). No session is
/// created after [#stopLoading]: creating one while the JVM exits would crash it, as the runtime's
/// shutdown hook frees the environment.
public final class OnnxRuntime {
  /// The suffix of the names of threads that create sessions; the prefix is the name of the thread
  /// that waits.
  public static final String LOADER = "-onnx";

  private static final long STACK_BYTES = 64L << 20;

  /// The largest value that the runtime may precompute from constants while it opens a graph: this
  /// size, or a multiple of the model's files. Larger ones are computed in each run, within its
  /// memory limit; otherwise a file of 200 bytes could occupy a gigabyte permanently.
  private static final long MOST_FOLDED_BYTES = 64L << 20;

  private static final long MOST_FOLDED_TIMES = 8;

  private static final String FOLDED_BYTES =
      "optimization.constant_folding_max_output_size_in_bytes";

  private static final Object LOCK = new Object();
  private static boolean stopped;
  private static int loading;

  private OnnxRuntime() {}

  /// Read when the runtime is loaded. Without it, the runtime creates a database in the user's
  /// cache and reports every session to its vendor.
  static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  /// The property with the folder of the runtime's libraries; where it is unset, they are unpacked.
  public static final String NATIVE_PATH = "onnxruntime.native.path";

  private static final class Environment {
    static {
      silence();
    }

    // Errors arrive as exceptions; the runtime's own lines on stderr would repeat them.
    static final OrtEnvironment VALUE =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "slipway");
  }

  /// Sets the variable through C, as Java cannot change its own environment.
  @SuppressWarnings("restricted")
  private static void silence() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("setenv")
        .ifPresent(
            function -> {
              FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
              MethodHandle set = linker.downcallHandle(function, type);
              try (Arena arena = Arena.ofConfined()) {
                int failed =
                    (int)
                        set.invokeExact(
                            arena.allocateFrom(NO_TELEMETRY), arena.allocateFrom("1"), 1);
                if (failed != 0) {
                  throw new IllegalStateException(NO_TELEMETRY + " cannot be set");
                }
              } catch (Throwable e) {
                throw NativeApi.unchecked(e);
              }
            });
  }

  static OrtEnvironment environment() {
    return Environment.VALUE;
  }

  /// The runtime's version at build time, without loading the runtime; null where its archive does
  /// not name it.
  public static @Nullable String release() {
    return OrtEnvironment.class.getPackage().getImplementationVersion();
  }

  /// The version of the loaded runtime, such as `1.29.0`.
  public static String version() {
    return environment().getVersion();
  }

  /// Prevents that further models are opened, and waits for those being opened.
  ///
  /// @return whether none is being opened any more
  public static boolean stopLoading(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (LOCK) {
      stopped = true;
      while (loading > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(LOCK, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return true;
    }
  }

  /// Reverts [#stopLoading]; for tests, which share one process.
  static void resumeLoading() {
    synchronized (LOCK) {
      stopped = false;
    }
  }

  /// Creates a session of the file at `path`.
  ///
  /// @param threads that share one run
  /// @param memoryBytes the limit for all its runs together
  /// @param optimization how far its graph is optimised
  /// @throws ModelFailure where the runtime refuses the file
  static OrtSession load(Path path, int threads, long memoryBytes, Optimization optimization) {
    synchronized (LOCK) {
      if (stopped) {
        throw new ModelFailure.Stopping();
      }
      loading++;
    }
    CompletableFuture<OrtSession> session = new CompletableFuture<>();
    new Thread(
            null,
            () -> {
              try {
                session.complete(create(path, threads, memoryBytes, optimization));
              } catch (OrtException e) {
                session.completeExceptionally(RuntimeMessage.refusal(e, path));
              } catch (Throwable e) {
                session.completeExceptionally(e);
              } finally {
                synchronized (LOCK) {
                  loading--;
                  LOCK.notifyAll();
                }
              }
            },
            // Named after the waiting thread, so that a crash log tells who opened the model.
            Thread.currentThread().getName() + LOADER,
            STACK_BYTES)
        .start();
    TrialClock.opens();
    try {
      return session.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ModelFailure failure) {
        throw failure;
      }
      throw e;
    } finally {
      TrialClock.ends(false);
    }
  }

  private static OrtSession create(
      Path path, int threads, long memoryBytes, Optimization optimization) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(optimization.level());
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      // Never the runtime's own format, whatever the name of the file.
      options.addConfigEntry("session.load_model_format", "ONNX");
      options.addConfigEntry(FOLDED_BYTES, Long.toString(mostFolded(path)));
      OrtEnvironment environment = environment();
      return SessionArena.within(
          environment,
          memoryBytes,
          options,
          () ->
              OnnxBytes.onDisk(path)
                  ? environment.createSession(path.toString(), options)
                  : inMemory(environment, path, options));
    }
  }

  /// The runtime copies what it needs of the bytes. It would look for external data in the working
  /// folder of the process.
  private static OrtSession inMemory(
      OrtEnvironment environment, Path path, OrtSession.SessionOptions options)
      throws OrtException {
    String name = String.valueOf(path.getFileName());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = OnnxBytes.of(name, path, arena);
      if (ExternalFiles.exist(name, bytes)) {
        throw new ModelFailure.NeedsFiles(name);
      }
      return environment.createSession(bytes.asByteBuffer(), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Depends on the size of the model's folder, which contains its external data.
  private static long mostFolded(Path model) {
    try (Stream<Path> files = Files.walk(model.resolveSibling(""))) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return Math.max(MOST_FOLDED_BYTES, MOST_FOLDED_TIMES * bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
