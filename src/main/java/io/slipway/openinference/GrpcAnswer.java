package io.slipway.openinference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import inference.InferParameter;
import inference.ModelInferResponse;
import inference.ModelInferResponse.InferOutputTensor;
import io.slipway.pipeline.object.TensorBytes;
import java.nio.ByteBuffer;
import java.util.List;

/// The answer to an infer request over gRPC, with tensors as raw bytes.
final class GrpcAnswer {
  private GrpcAnswer() {}

  /// @param ids of the predictions, in order, separated by commas
  static ModelInferResponse of(InferRequest request, List<Output> outputs, String ids) {
    ModelView view = request.inputs().view();
    ModelInferResponse.Builder answer =
        ModelInferResponse.newBuilder()
            .setModelName(view.model())
            .setModelVersion(view.version())
            .putParameters(
                ModelView.PREDICTION_IDS, InferParameter.newBuilder().setStringParam(ids).build())
            .setId(request.id() == null ? "" : request.id());
    for (Output output : outputs) {
      InferOutputTensor.Builder tensor =
          InferOutputTensor.newBuilder()
              .setName(output.name())
              .setDatatype(output.datatype().name());
      for (long dimension : output.tensor().shape()) {
        tensor.addShape(dimension);
      }
      answer.addOutputs(tensor);
      answer.addRawOutputContents(bytes(output));
    }
    return answer.build();
  }

  private static ByteString bytes(Output output) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorBytes.size(output.tensor()));
    TensorBytes.write(output.tensor(), bytes);
    // No other reference to the buffer exists.
    return UnsafeByteOperations.unsafeWrap(bytes.flip());
  }
}
