package io.slipway.openinference;

import io.slipway.openinference.InferRequest.Requested;
import io.slipway.pipeline.frame.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An output tensor of an answer.
///
/// @param binary whether the caller requested bytes; ignored in gRPC
record Output(String name, Datatype datatype, Tensor tensor, boolean binary) {

  /// The outputs that `request` asks for, in its order.
  static List<Output> of(InferRequest request, Map<String, Tensor> tensors) {
    ModelView view = request.inputs().view();
    List<Output> outputs = new ArrayList<>();
    if (request.outputs().isEmpty()) {
      for (String name : view.outputs().ports().keySet()) {
        outputs.add(of(view, new Requested(name, null, 0), tensors, request.binary()));
      }
    }
    for (Requested requested : request.outputs()) {
      outputs.add(of(view, requested, tensors, request.binary()));
    }
    return outputs;
  }

  private static Output of(
      ModelView view, Requested requested, Map<String, Tensor> tensors, boolean binary) {
    String name = requested.name();
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException("there is no output " + name);
    }
    boolean bytes = requested.binary() == null ? binary : requested.binary();
    return requested.classes() > 0
        ? new Output(
            name,
            Datatype.BYTES,
            Classes.of(
                tensor,
                requested.classes(),
                view.hasRows(name, tensor.shape().length),
                view.outputs().labels(name)),
            bytes)
        : new Output(name, datatype(tensor), tensor, bytes);
  }

  private static Datatype datatype(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats _ -> Datatype.FP32;
      case Tensor.Doubles _ -> Datatype.FP64;
      case Tensor.Longs _ -> Datatype.INT64;
      case Tensor.Ints _ -> Datatype.INT32;
      case Tensor.Booleans _ -> Datatype.BOOL;
      case Tensor.Bytes t -> t.signed() ? Datatype.INT8 : Datatype.UINT8;
      case Tensor.Bits t -> Datatype.ofPort(t.kind().dtype());
      case Tensor.Strings _ -> Datatype.BYTES;
    };
  }
}
