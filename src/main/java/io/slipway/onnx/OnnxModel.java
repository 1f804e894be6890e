package io.slipway.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import io.slipway.onnx.graph.GraphPorts;
import io.slipway.onnx.graph.OnnxGraphCheck;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One open ONNX graph. Thread-safe.
///
/// It guarantees the following; breaking any of these crashes the whole process in ONNX Runtime
/// 1.29. The session is closed only after [#close] was called *and* the last run has ended. No run
/// starts after that. No closed tensor and no null string reaches the runtime.
public final class OnnxModel implements Graph, AutoCloseable {
  /// The sign bit: closing; the other bits: the number of runs in progress.
  private static final long CLOSING = Long.MIN_VALUE;

  private static final Logger LOG = Logger.getLogger(OnnxModel.class);

  private final OrtSession session;
  private final Signature signature;
  private final Set<String> outputs;
  private final RunBounds bounds;
  private final long memoryBytes;
  private final AtomicLong state = new AtomicLong();

  private OnnxModel(OrtSession session, Signature signature, RunBounds bounds, long memoryBytes) {
    this.session = session;
    this.signature = signature;
    this.bounds = bounds;
    this.outputs = signature.outputs().keySet();
    this.memoryBytes = memoryBytes;
  }

  /// Opens `file`, which is in a private folder together with its external data, or inside of an
  /// archive and without external data, and has passed
  /// [io.slipway.onnx.graph.OnnxGraphCheck].
  ///
  /// @throws ModelFailure where it cannot be opened
  public static OnnxModel open(Path file) {
    return open(file, 1, RunBounds.DEFAULT, Optimization.ALL);
  }

  /// As [#open(Path)].
  ///
  /// @param threads that share one run
  /// @param bounds the limits of its runs
  /// @param optimization how far the graph is optimised
  static OnnxModel open(Path file, int threads, RunBounds bounds, Optimization optimization) {
    OrtSession session = OnnxRuntime.load(file, threads, bounds.memoryBytes(), optimization);
    try {
      return new OnnxModel(
          session,
          new Signature(
              ports(session.getInputInfo(), GraphPorts.unranked(file)),
              ports(session.getOutputInfo(), Set.of())),
          bounds,
          Files.size(file));
    } catch (OrtException e) {
      close(session);
      throw RuntimeMessage.refusal(e, file);
    } catch (IOException e) {
      close(session);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close(session);
      throw e;
    }
  }

  /// @param unranked the ports without a declared number of dimensions, which the runtime reports
  ///     like single values
  private static Map<String, Port> ports(Map<String, NodeInfo> infos, Set<String> unranked) {
    Map<String, Port> ports = new LinkedHashMap<>();
    infos.forEach(
        (name, info) -> {
          if (!(info.getInfo() instanceof TensorInfo tensor)) {
            throw noTensor(name, info.getInfo());
          }
          ports.put(
              name,
              new Port(
                  NativeTensors.dtype(tensor.onnxType),
                  Arrays.stream(tensor.getShape()).boxed().toList(),
                  Arrays.stream(tensor.getDimensionNames()).map(DimensionName::of).toList(),
                  !unranked.contains(name)));
        });
    return ports;
  }

  private static ModelFailure.Refused noTensor(String name, ValueInfo info) {
    return new ModelFailure.Refused(
        "unsupported_output",
        info instanceof SequenceInfo sequence && sequence.sequenceOfMaps
            ? OnnxGraphCheck.zipMap(name, "")
            : "\"" + name + "\" is not a tensor but a sequence, a map or an optional value");
  }

  @Override
  public Signature signature() {
    return signature;
  }

  /// The estimated memory of the open graph, in bytes: that of its weights.
  public long memoryBytes() {
    return memoryBytes;
  }

  /// Runs the graph for all of its outputs.
  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, outputs, new Phases(), null);
  }

  /// Runs the graph.
  ///
  /// @param inputs by name; every input of the signature. Direct buffers are not copied and must
  ///          not be modified during the run
  /// @param wanted the outputs to compute
  /// @param call that this run is a part of: the outputs of all its runs are limited together
  /// @param handle to cancel the run with, or null
  /// @throws ModelFailure where the graph fails, exceeds a limit, was closed or was cancelled
  Map<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> wanted, Phases call, @Nullable RunHandle handle) {
    enter();
    List<OnnxTensor> opened = new ArrayList<>(inputs.size());
    try {
      Map<String, OnnxTensor> values = LinkedHashMap.newLinkedHashMap(inputs.size());
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        OnnxTensor value = NativeTensors.open(input.getKey(), input.getValue());
        opened.add(value);
        values.put(input.getKey(), value);
      }
      return run(values, wanted, Map.of(), handle, result -> read(result, call));
    } catch (OrtException e) {
      throw failure(e, handle);
    } finally {
      opened.forEach(OnnxTensor::close);
      leave();
    }
  }

  /// Checks the size before copying, so that an oversized output never reaches the heap.
  private Map<String, Tensor> read(OrtSession.Result result, Phases call) throws OrtException {
    long bytes = 0;
    for (Map.Entry<String, OnnxValue> output : result) {
      bytes += NativeTensors.bytes(output.getKey(), output.getValue());
    }
    long all = call.answers(bytes);
    if (all > bounds.outputBytes()) {
      throw new ModelFailure.TooLong(
          "its output takes "
              + all
              + " bytes of memory; at most "
              + bounds.outputBytes()
              + " (slipway.serving.run-output)");
    }
    Map<String, Tensor> tensors = LinkedHashMap.newLinkedHashMap(result.size());
    for (Map.Entry<String, OnnxValue> output : result) {
      tensors.put(output.getKey(), NativeTensors.read(output.getKey(), output.getValue()));
    }
    return tensors;
  }

  /// Runs the graph on the inputs of `tensors`, into its outputs.
  ///
  /// @param handle to cancel the run with, or null
  /// @throws ModelFailure where the graph fails, exceeds a limit, was closed or was cancelled
  Map<String, Tensor> run(ReusableTensors tensors, @Nullable RunHandle handle) {
    enter();
    try {
      return run(tensors.inputs(), Set.of(), tensors.pinned(), handle, _ -> tensors.outputs());
    } finally {
      leave();
    }
  }

  @FunctionalInterface
  private interface Reading {
    Map<String, Tensor> of(OrtSession.Result result) throws OrtException;
  }

  /// Runs the graph; a second time, where it finds no memory because the session still holds that
  /// of earlier runs.
  private Map<String, Tensor> run(
      Map<String, OnnxTensor> inputs,
      Set<String> wanted,
      Map<String, OnnxTensor> pinned,
      @Nullable RunHandle handle,
      Reading reading) {
    OrtSession.@Nullable RunOptions options = handle == null ? null : handle.options();
    for (boolean again = false; ; again = true) {
      try (OrtSession.Result result = session.run(inputs, wanted, pinned, options)) {
        return reading.of(result);
      } catch (OrtException e) {
        ModelFailure failure = failure(e, handle);
        if (!(failure instanceof ModelFailure.OutOfMemory)) {
          throw failure;
        }
        giveBack(inputs, wanted, pinned);
        if (again) {
          throw failure;
        }
      }
    }
  }

  private ModelFailure failure(OrtException e, @Nullable RunHandle handle) {
    if (handle != null && handle.terminated()) {
      return new ModelFailure.Terminated();
    }
    return RuntimeMessage.exhausted(e)
        ? new ModelFailure.OutOfMemory(
            "its runs are out of memory; together they may use "
                + (bounds.memoryBytes() >> 20)
                + " MiB (slipway.serving.run-memory)"
                + RuntimeMessage.wanted(e))
        : new ModelFailure.Failed(RuntimeMessage.of(e, null));
  }

  /// Releases the memory that the session keeps for later runs, by a run that ends before its first
  /// node: the runtime offers no other way.
  private void giveBack(
      Map<String, OnnxTensor> inputs, Set<String> wanted, Map<String, OnnxTensor> pinned) {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
      options.setTerminate(true);
      session.run(inputs, wanted, pinned, options).close();
    } catch (OrtException e) {
      LOG.debugf("released memory: %s", e.getMessage());
    }
  }

  private void enter() {
    long before;
    do {
      before = state.get();
      if (before < 0) {
        throw new ModelFailure.Closed();
      }
    } while (!state.compareAndSet(before, before + 1));
    TrialClock.runs();
  }

  private void leave() {
    TrialClock.ends(true);
    if (state.decrementAndGet() == CLOSING) {
      close(session);
    }
  }

  /// Prevents further runs; the last run in progress frees the session.
  @Override
  public void close() {
    long before;
    do {
      before = state.get();
      if (before < 0) {
        return;
      }
    } while (!state.compareAndSet(before, before + CLOSING));
    if (before == 0) {
      close(session);
    }
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
