package io.slipway.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The one owner of ONNX Runtime's environment, and the only place that creates sessions.
///
/// Guarantees: a session is created from a path (never from bytes, as external data is found beside
/// the file), on a thread with a large stack (building trees and subgraphs recurses), with a bound
/// on the memory of its runs, and under no lock but the one by which they are created one after the
/// other ([SessionArena]); none is created once [#stopLoading] was called, since creating one while
/// the JVM exits crashes it (the runtime's own shutdown hook frees the environment).
public final class OnnxRuntime {
  /// The end of the names of threads that sessions are created on; before it stands the name of the
  /// thread that waits for it.
  public static final String LOADER = "-onnx";

  private static final long STACK_BYTES = 64L << 20;

  /// The largest value that the runtime may compute from constants while it opens a graph: so much,
  /// or so many times the bytes of the model's files. What is larger is computed in each run,
  /// within its bound on memory; else a file of 200 bytes could take a gigabyte for good.
  private static final long MOST_FOLDED_BYTES = 64L << 20;

  private static final long MOST_FOLDED_TIMES = 8;

  private static final String FOLDED_BYTES =
      "optimization.constant_folding_max_output_size_in_bytes";

  private static final Object LOCK = new Object();
  private static boolean stopped;
  private static int loading;

  private OnnxRuntime() {}

  /// Read as the runtime is loaded: without it, the runtime makes a database in the user's cache
  /// and tells its makers of every session.
  static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  /// The property that says where the runtime finds its libraries; unset: it unpacks them.
  public static final String NATIVE_PATH = "onnxruntime.native.path";

  private static final class Environment {
    static {
      silence();
    }

    // Errors come as exceptions; the runtime's own lines on stderr would repeat them.
    static final OrtEnvironment VALUE =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "slipway");
  }

  /// Java has no way to change its own environment, C has.
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
                  throw new IllegalStateException(NO_TELEMETRY + " can't be set");
                }
              } catch (Throwable e) {
                throw NativeApi.unchecked(e);
              }
            });
  }

  static OrtEnvironment environment() {
    return Environment.VALUE;
  }

  /// The version that the program was built with, without loading the runtime; null where its
  /// archive does not say.
  public static @Nullable String release() {
    return OrtEnvironment.class.getPackage().getImplementationVersion();
  }

  /// The version of the runtime, such as `1.29.0`.
  public static String version() {
    return environment().getVersion();
  }

  /// From now on no model is opened; waits for those that are being opened.
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

  /// Opens models again after [#stopLoading]; for tests, which share one process.
  static void resumeLoading() {
    synchronized (LOCK) {
      stopped = false;
    }
  }

  /// Creates a session of the file at `path`.
  ///
  /// @param threads how many share one run
  /// @param memoryBytes the most that its runs occupy together
  /// @param optimization how far its graph is rewritten
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
            // Of whose thread it is, is told by a crash's log.
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
      // Never the runtime's own format, whatever the file is called.
      options.addConfigEntry("session.load_model_format", "ONNX");
      options.addConfigEntry(FOLDED_BYTES, Long.toString(mostFolded(path)));
      OrtEnvironment environment = environment();
      return SessionArena.within(
          environment,
          memoryBytes,
          options,
          () -> environment.createSession(path.toString(), options));
    }
  }

  /// By the size of everything in the model's folder: external data lies there.
  private static long mostFolded(Path model) {
    try (Stream<Path> files = Files.walk(model.resolveSibling(""))) {
      long bytes = files.mapToLong(file -> file.toFile().length()).sum();
      return Math.max(MOST_FOLDED_BYTES, MOST_FOLDED_TIMES * bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
