package io.slipway.openinference;

import com.google.protobuf.ByteString;
import inference.InferParameter;
import inference.InferTensorContents;
import inference.ModelInferRequest;
import inference.ModelInferRequest.InferInputTensor;
import inference.ModelInferRequest.InferRequestedOutputTensor;
import io.slipway.openinference.InferRequest.Requested;
import io.slipway.openinference.Inputs.Input;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.TensorBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses a gRPC infer request: tensors as raw bytes for all inputs, or as typed contents per
/// input.
final class GrpcRequest {
  private GrpcRequest() {}

  /// @throws RefusedInput where it is not a valid infer request for the model
  static InferRequest read(ModelInferRequest request, Inputs inputs) {
    int raw = request.getRawInputContentsCount();
    if (raw > 0 && raw != request.getInputsCount()) {
      throw new RefusedInput.Invalid(
          "/raw_input_contents",
          "wrong_length",
          "there are " + raw + " raw_input_contents for " + request.getInputsCount() + " inputs");
    }
    if (request.getInputsCount() == 0 && inputs.required()) {
      throw new RefusedInput.Invalid("/inputs", "missing_input", "the request has no inputs");
    }
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor tensor = request.getInputs(i);
      if (tensor.containsParameters("shared_memory_region")) {
        throw new RefusedInput.Malformed("shared memory is not supported; send the data");
      }
      if (raw == 0) {
        typed(tensor, inputs);
      } else {
        if (tensor.hasContents() && elements(tensor.getContents()) > 0) {
          throw Inputs.refuse(
              tensor.getName(), "two_values", "has both contents and raw_input_contents");
        }
        ByteString bytes = request.getRawInputContents(i);
        boolean text = tensor.getDatatype().equals(Datatype.BYTES.name());
        int most = text ? bytes.size() / Integer.BYTES : bytes.size();
        BinaryData.read(bytes.asReadOnlyByteBuffer(), declare(tensor, most, inputs), inputs);
      }
      InferParameter content = tensor.getParametersMap().get(ContentType.PARAMETER);
      if (content != null && ContentType.isBase64(content.getStringParam())) {
        inputs.decode(tensor.getName());
      }
    }
    InferParameter nullText = request.getParametersMap().get(JsonRequest.NULL_TEXT);
    if (nullText != null) {
      inputs.nullText(nullText.getStringParam());
    }
    return new InferRequest(
        request.getId().isEmpty() ? null : request.getId(), outputs(request), true, inputs);
  }

  private static Input declare(InferInputTensor tensor, long most, Inputs inputs) {
    Inputs.requireRank(tensor.getName(), tensor.getShapeCount());
    long[] shape = tensor.getShapeList().stream().mapToLong(Long::longValue).toArray();
    return inputs.declare(tensor.getName(), tensor.getDatatype(), shape, most);
  }

  private static List<Requested> outputs(ModelInferRequest request) {
    List<Requested> outputs = new ArrayList<>(request.getOutputsCount());
    for (InferRequestedOutputTensor output : request.getOutputsList()) {
      InferParameter classes = output.getParametersMap().get("classification");
      outputs.add(new Requested(output.getName(), null, classes(classes)));
    }
    return outputs;
  }

  private static int classes(@Nullable InferParameter parameter) {
    if (parameter == null) {
      return 0;
    }
    long classes =
        switch (parameter.getParameterChoiceCase()) {
          case INT64_PARAM -> parameter.getInt64Param();
          case UINT64_PARAM -> parameter.getUint64Param();
          case BOOL_PARAM, STRING_PARAM, DOUBLE_PARAM, PARAMETERCHOICE_NOT_SET -> -1;
        };
    return Math.clamp(classes, -1, Integer.MAX_VALUE);
  }

  private static long elements(InferTensorContents contents) {
    return (long) contents.getBoolContentsCount()
        + contents.getIntContentsCount()
        + contents.getInt64ContentsCount()
        + contents.getUintContentsCount()
        + contents.getUint64ContentsCount()
        + contents.getFp32ContentsCount()
        + contents.getFp64ContentsCount()
        + contents.getBytesContentsCount();
  }

  private static void typed(InferInputTensor tensor, Inputs inputs) {
    InferTensorContents contents = tensor.getContents();
    long given = elements(contents);
    Input input = declare(tensor, given, inputs);
    Field field = Field.of(input.datatype());
    if (field == null) {
      throw Inputs.refuse(
          tensor.getName(),
          "wrong_field",
          input.datatype() + " has no typed contents; send raw_input_contents");
    }
    if (field.count(contents) != input.count() || given != input.count()) {
      throw Inputs.refuse(
          tensor.getName(),
          "wrong_length",
          "the shape has "
              + input.count()
              + " elements, which belong in "
              + field.label
              + "; there are "
              + field.count(contents)
              + ", and "
              + (given - field.count(contents))
              + " in other fields");
    }
    if (field == Field.BYTES) {
      byte[][] strings = new byte[input.count()][];
      for (int i = 0; i < strings.length; i++) {
        strings[i] = contents.getBytesContents(i).toByteArray();
      }
      BinaryData.strings(strings, input, inputs);
      return;
    }
    TensorBuilder builder = TensorBuilder.of(input.datatype().type(), input.count());
    try {
      for (int i = 0; i < input.count(); i++) {
        field.add(contents, i, builder);
      }
    } catch (RefusedInput.Invalid e) {
      throw Inputs.of(tensor.getName(), e);
    }
    inputs.put(input, builder.build(input.shape()), builder.missing());
  }

  /// The field of the contents for the elements of a datatype.
  private enum Field {
    BOOL("bool_contents"),
    INT("int_contents"),
    INT64("int64_contents"),
    UINT("uint_contents"),
    UINT64("uint64_contents"),
    FP32("fp32_contents"),
    FP64("fp64_contents"),
    BYTES("bytes_contents");

    private final String label;

    Field(String label) {
      this.label = label;
    }

    static @Nullable Field of(Datatype datatype) {
      return switch (datatype) {
        case BOOL -> BOOL;
        case INT8, INT16, INT32 -> INT;
        case INT64 -> INT64;
        case UINT8, UINT16, UINT32 -> UINT;
        case UINT64 -> UINT64;
        case FP32 -> FP32;
        case FP64 -> FP64;
        case BYTES -> BYTES;
        case FP16, BF16 -> null;
      };
    }

    int count(InferTensorContents contents) {
      return switch (this) {
        case BOOL -> contents.getBoolContentsCount();
        case INT -> contents.getIntContentsCount();
        case INT64 -> contents.getInt64ContentsCount();
        case UINT -> contents.getUintContentsCount();
        case UINT64 -> contents.getUint64ContentsCount();
        case FP32 -> contents.getFp32ContentsCount();
        case FP64 -> contents.getFp64ContentsCount();
        case BYTES -> contents.getBytesContentsCount();
      };
    }

    void add(InferTensorContents contents, int index, TensorBuilder builder) {
      switch (this) {
        case BOOL -> builder.add(contents.getBoolContents(index));
        case INT -> builder.addWhole(contents.getIntContents(index));
        case INT64 -> builder.addWhole(contents.getInt64Contents(index));
        case UINT -> builder.addWhole(Integer.toUnsignedLong(contents.getUintContents(index)));
        case UINT64 -> builder.addUnsigned(contents.getUint64Contents(index));
        case FP32 -> builder.add(contents.getFp32Contents(index));
        case FP64 -> builder.add(contents.getFp64Contents(index));
        case BYTES -> throw new IllegalStateException("strings are no numbers");
      }
    }
  }
}
