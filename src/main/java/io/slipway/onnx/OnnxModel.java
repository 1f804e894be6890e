package io.slipway.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One open ONNX graph, for all threads.
///
/// Guarantees, each of them a crash of the whole process in ONNX Runtime 1.29 if broken: the
/// session is closed when [#close] was called *and* the last run has ended, never during one; no
/// run begins afterwards; no closed tensor and no null string reaches the runtime.
public final class OnnxModel implements Graph, AutoCloseable {
  /// The sign bit: closing; the rest: how many runs are on.
  private static final long CLOSING = Long.MIN_VALUE;

  private final OrtSession session;
  private final Signature signature;
  private final Set<String> outputs;
  private final long memoryBytes;
  private final AtomicLong state = new AtomicLong();

  private OnnxModel(OrtSession session, Signature signature, long memoryBytes) {
    this.session = session;
    this.signature = signature;
    this.outputs = signature.outputs().keySet();
    this.memoryBytes = memoryBytes;
  }

  /// Opens `file`, which lies in a private folder together with its external data and has passed
  /// [io.slipway.onnx.graph.OnnxGraphCheck].
  ///
  /// @throws ModelFailure where it can't be opened
  public static OnnxModel open(Path file) {
    return open(file, 1);
  }

  /// As [#open(Path)].
  ///
  /// @param threads how many share one run
  static OnnxModel open(Path file, int threads) {
    OrtSession session = OnnxRuntime.load(file, threads);
    try {
      return new OnnxModel(
          session,
          new Signature(ports(session.getInputInfo()), ports(session.getOutputInfo())),
          file.toFile().length());
    } catch (OrtException e) {
      close(session);
      throw RuntimeMessage.refusal(e, file);
    } catch (ModelFailure e) {
      close(session);
      throw e;
    }
  }

  private static Map<String, Port> ports(Map<String, NodeInfo> infos) {
    Map<String, Port> ports = new LinkedHashMap<>();
    infos.forEach(
        (name, info) -> {
          if (!(info.getInfo() instanceof TensorInfo tensor)) {
            throw new ModelFailure.Refused(
                "unsupported_output",
                "\"" + name + "\" is no tensor; export classifiers with the option zipmap=False");
          }
          ports.put(
              name,
              new Port(
                  NativeTensors.dtype(tensor.onnxType),
                  Arrays.stream(tensor.getShape()).boxed().toList(),
                  List.of(tensor.getDimensionNames())));
        });
    return ports;
  }

  @Override
  public Signature signature() {
    return signature;
  }

  /// An estimate of what the open graph occupies, in bytes: its weights.
  public long memoryBytes() {
    return memoryBytes;
  }

  /// Runs the graph for all of its outputs.
  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, outputs, null);
  }

  /// Runs the graph.
  ///
  /// @param inputs by name; every input of the signature. Direct buffers are not copied, so nobody
  ///          may write to them meanwhile
  /// @param wanted the outputs to compute
  /// @param handle to cut the run short with, or null
  /// @throws ModelFailure where the graph fails, was closed or was cut short
  public Map<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> wanted, @Nullable RunHandle handle) {
    enter();
    List<OnnxTensor> opened = new ArrayList<>(inputs.size());
    try {
      Map<String, OnnxTensor> values = LinkedHashMap.newLinkedHashMap(inputs.size());
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        OnnxTensor value = NativeTensors.open(input.getKey(), input.getValue());
        opened.add(value);
        values.put(input.getKey(), value);
      }
      try (OrtSession.Result result =
          handle == null
              ? session.run(values, wanted)
              : session.run(values, wanted, handle.options())) {
        Map<String, Tensor> tensors = LinkedHashMap.newLinkedHashMap(result.size());
        for (Map.Entry<String, OnnxValue> output : result) {
          tensors.put(output.getKey(), NativeTensors.read(output.getKey(), output.getValue()));
        }
        return tensors;
      }
    } catch (OrtException e) {
      if (handle != null && handle.terminated()) {
        throw new ModelFailure.Terminated();
      }
      throw new ModelFailure.Failed(RuntimeMessage.of(e, null));
    } finally {
      opened.forEach(OnnxTensor::close);
      leave();
    }
  }

  /// Runs the graph on what `seat` holds, into what it holds.
  ///
  /// @param handle to cut the run short with, or null
  /// @throws ModelFailure where the graph fails, was closed or was cut short
  Map<String, Tensor> run(Seat seat, @Nullable RunHandle handle) {
    enter();
    try {
      session
          .run(seat.inputs(), Set.of(), seat.pinned(), handle == null ? null : handle.options())
          .close();
      return seat.outputs();
    } catch (OrtException e) {
      if (handle != null && handle.terminated()) {
        throw new ModelFailure.Terminated();
      }
      throw new ModelFailure.Failed(RuntimeMessage.of(e, null));
    } finally {
      leave();
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
  }

  private void leave() {
    if (state.decrementAndGet() == CLOSING) {
      close(session);
    }
  }

  /// No run begins from now on; the last one that is on frees the session.
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
