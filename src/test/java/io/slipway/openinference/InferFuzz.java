package io.slipway.openinference;

import com.google.protobuf.InvalidProtocolBufferException;
import inference.ModelInferRequest;
import io.slipway.door.BodyBudget;
import io.slipway.door.Reservation;
import io.slipway.pipeline.TensorOutputs;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Any bytes as an infer request: behind a `G` as gRPC has it, behind a `B` as JSON with bytes
/// (after one that says how long the JSON is, in 16), else as JSON. Read or refused, and what it
/// reserves of the memory for bodies given back.
public final class InferFuzz {
  private static final int BUDGET = 64 << 20;

  private InferFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    BodyBudget budget = new BodyBudget(BUDGET);
    Reservation reservation = new Reservation(budget);
    try {
      read(data, new Inputs(view(), reservation, 100));
    } catch (RefusedInput | Unserved refused) {
      refused.getMessage();
    } catch (InvalidProtocolBufferException refused) {
      return;
    } finally {
      reservation.close();
    }
    if (budget.taken() != 0) {
      throw new AssertionError(budget.taken() + " bytes are not given back");
    }
  }

  private static void read(byte[] data, Inputs inputs) throws InvalidProtocolBufferException {
    if (data.length > 0 && data[0] == 'G') {
      GrpcRequest.read(
          ModelInferRequest.parseFrom(Arrays.copyOfRange(data, 1, data.length)), inputs);
    } else if (data.length > 1 && data[0] == 'B') {
      JsonRequest.read(Arrays.copyOfRange(data, 2, data.length), (data[1] & 0xFF) << 4, inputs);
    } else {
      JsonRequest.read(data, -1, inputs);
    }
  }

  private static ModelView view() {
    Map<String, Graph.Port> ports = new LinkedHashMap<>();
    for (Datatype datatype : Datatype.values()) {
      String dtype = datatype.type().dtype();
      ports.put(dtype, new Graph.Port(dtype, List.of(-1L, -1L)));
    }
    return new ModelView(
        new VersionId("m", 1),
        true,
        ports,
        Map.of(),
        false,
        TensorOutputs.of(Map.of("y", ports.get("float32"))));
  }
}
