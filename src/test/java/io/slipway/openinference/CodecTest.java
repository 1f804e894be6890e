package io.slipway.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.Seed;
import io.slipway.bundle.StrictJson;
import io.slipway.door.BodyBudget;
import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.object.TensorBuilder;
import io.slipway.pipeline.object.TensorBytes;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Tensors as JSON and as bytes: what goes out comes back bit by bit, whatever the datatype.
class CodecTest {
  private static final int TRIES = 200;

  private static ModelView view(Datatype datatype, int rank) {
    Graph.Port port =
        new Graph.Port(datatype.type().dtype(), java.util.Collections.nCopies(rank, -1L));
    return new ModelView(new VersionId("m", 1), true, Map.of("x", port), Map.of(), false, null);
  }

  private static Inputs inputs(Datatype datatype, int rank) {
    return new Inputs(view(datatype, rank), new Reservation(new BodyBudget(Long.MAX_VALUE)), 10);
  }

  private static byte[] bytes(Tensor tensor) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorBytes.size(tensor));
    TensorBytes.write(tensor, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.array();
  }

  private static byte[] random(Datatype datatype, int count, Random random) {
    if (datatype == Datatype.BYTES) {
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
      for (int i = 0; i < count; i++) {
        byte[] text = text(random).getBytes(StandardCharsets.UTF_8);
        out.writeBytes(
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length).array());
        out.writeBytes(text);
      }
      return out.toByteArray();
    }
    byte[] bytes = new byte[count * datatype.type().bytes()];
    random.nextBytes(bytes);
    if (datatype == Datatype.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    return bytes;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int code = random.nextInt(random.nextBoolean() ? 0x100 : Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(code >= 0xd800 && code < 0xe000 ? 0 : code);
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource(Datatype.class)
  void bytesAndJsonComeBackAsTheyWent(Datatype datatype) throws IOException {
    long seed = Seed.of("tensors of " + datatype);
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      long[] shape = new long[random.nextInt(4)];
      int count = 1;
      for (int d = 0; d < shape.length; d++) {
        shape[d] = 1 + random.nextInt(4);
        count *= (int) shape[d];
      }
      byte[] sent = random(datatype, count, random);

      Tensor read = binary(datatype, shape, sent);
      assertThat(bytes(read)).as("seed %d", seed).isEqualTo(sent);

      Tensor again = json(datatype, read, random);
      assertThat(again.shape()).as("seed %d", seed).isEqualTo(shape);
      assertThat(again).hasSameClassAs(read);
      assertThat(canonical(datatype, bytes(again)))
          .as("seed %d", seed)
          .isEqualTo(canonical(datatype, sent));
    }
  }

  private static Tensor binary(Datatype datatype, long[] shape, byte[] sent) {
    Inputs inputs = inputs(datatype, shape.length);
    BinaryData.read(
        ByteBuffer.wrap(sent),
        inputs.declare("x", datatype.name(), shape, sent.length + 1L),
        inputs);
    return inputs.tensors().get("x");
  }

  /// Through an answer, which is made a request.
  private static Tensor json(Datatype datatype, Tensor tensor, Random random) throws IOException {
    Inputs inputs = inputs(datatype, tensor.shape().length);
    InferRequest request = new InferRequest("id", List.of(), false, inputs);
    JsonAnswer answer =
        JsonAnswer.of(request, List.of(new Output("x", datatype, tensor, false)), "an id");
    assertThat(answer.headerLength()).isEqualTo(-1);
    ObjectNode tree = (ObjectNode) Client.JSON.readTree(answer.body());
    JsonNode outputs = tree.remove("outputs");
    if (random.nextBoolean()) {
      // As members may come in any order, so that the data comes before what it means is known.
      ObjectNode input = (ObjectNode) outputs.get(0);
      input.set("shape", input.remove("shape"));
      input.set("datatype", input.remove("datatype"));
    }
    tree.set("inputs", outputs);
    String mark = random.nextBoolean() ? "\ufeff" : "";
    JsonRequest.read((mark + tree).getBytes(StandardCharsets.UTF_8), -1, inputs);
    return inputs.tensors().get("x");
  }

  @ParameterizedTest
  @EnumSource(Datatype.class)
  void aBuilderGrowsWithoutLosingAnything(Datatype datatype) throws IOException {
    int count = 1000;
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",");
      json.append(
          switch (datatype) {
            case BOOL -> i % 3 == 0;
            case BYTES -> "\"" + i + "\"";
            default -> i % 100;
          });
    }
    byte[] array = json.append("]").toString().getBytes(StandardCharsets.UTF_8);
    Tensor grown;
    try (JsonParser parser = StrictJson.parser(array, 0, array.length, false)) {
      parser.nextToken();
      TensorBuilder builder = TensorBuilder.growing(datatype.type());
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        builder.add(parser, false);
      }
      grown = builder.build(new long[] {count});
    }
    Inputs inputs = inputs(datatype, 1);
    try (JsonParser parser = StrictJson.parser(array, 0, array.length, false)) {
      parser.nextToken();
      JsonData.read(
          parser, inputs.declare("x", datatype.name(), new long[] {count}, count), inputs);
    }
    assertThat(bytes(grown)).isEqualTo(bytes(inputs.tensors().get("x")));
  }

  /// JSON has one NaN only.
  private static byte[] canonical(Datatype datatype, byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int size = datatype.type().bytes();
    for (int at = 0; size > 0 && at < bytes.length; at += size) {
      switch (datatype) {
        case FP32 -> {
          if (Float.isNaN(data.getFloat(at))) {
            data.putFloat(at, Float.NaN);
          }
        }
        case FP64 -> {
          if (Double.isNaN(data.getDouble(at))) {
            data.putDouble(at, Double.NaN);
          }
        }
        case FP16 -> {
          if (Float.isNaN(Float.float16ToFloat(data.getShort(at)))) {
            data.putShort(at, (short) 0x7e00);
          }
        }
        case BF16 -> {
          if (Float.isNaN(Float.intBitsToFloat(data.getShort(at) << 16))) {
            data.putShort(at, (short) 0x7fc0);
          }
        }
        default -> {}
      }
    }
    return data.array();
  }

  @ParameterizedTest
  @CsvSource({
    "INT8,-129",
    "INT8,128",
    "INT16,32768",
    "INT32,2147483648",
    "INT64,9223372036854775808",
    "UINT8,-1",
    "UINT8,256",
    "UINT16,65536",
    "UINT32,4294967296",
    "UINT64,18446744073709551616",
    "UINT64,-1",
    "INT64,1.0",
    "INT64,1e2",
    "FP16,65520",
    "BF16,3.4e38",
    "FP32,3.5e38",
    "FP64,1.8e308",
    "BOOL,1",
    "BOOL,0",
    "BYTES,1",
    "FP32,true",
    "FP32,null",
    "FP32,\"1\"",
    "INT64,\"NaN\"",
    "FP32,\"nan\"",
  })
  void whatADatatypeDoesNotHoldIsRefused(String datatype, String element) {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[1],\"data\":[%s]}]}"
            .formatted(datatype, element);
    assertThatThrownBy(
            () ->
                JsonRequest.read(
                    body.getBytes(StandardCharsets.UTF_8),
                    -1,
                    inputs(Datatype.valueOf(datatype), 1)))
        .isInstanceOfAny(RefusedInput.Invalid.class, RefusedInput.Malformed.class)
        .hasMessageNotContaining("java.");
  }

  @ParameterizedTest
  @CsvSource({
    "UINT64,18446744073709551615", "INT64,-9223372036854775808", "FP64,4.9E-324",
    "FP32,1.4E-45", "FP16,65504.0", "FP32,16777216",
  })
  void theExtremesAreExact(String datatype, String element) throws IOException {
    Datatype type = Datatype.valueOf(datatype);
    Inputs inputs = inputs(type, 1);
    InferRequest request =
        JsonRequest.read(
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[1],\"data\":[%s]}]}"
                .formatted(datatype, element)
                .getBytes(StandardCharsets.UTF_8),
            -1,
            inputs);
    Tensor tensor = inputs.tensors().get("x");
    JsonAnswer answer =
        JsonAnswer.of(request, List.of(new Output("x", type, tensor, false)), "an id");
    assertThat(
            new java.math.BigDecimal(
                    Client.JSON.readTree(answer.body()).at("/outputs/0/data/0").asText())
                .compareTo(new java.math.BigDecimal(element)))
        .isZero();
  }

  @Test
  void stringsWhoseLengthsDontAddUpAreRefused() {
    long seed = Seed.of("noise");
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      for (int at = 0; at + 4 <= noise.length; at += 4 + random.nextInt(8)) {
        noise[at + 1] = noise[at + 2] = noise[at + 3] = (byte) (random.nextInt(20) == 0 ? -1 : 0);
        noise[at] &= 0xf;
      }
      int count = 1 + random.nextInt(5);
      try {
        byte[][] strings = TensorBytes.strings(count, ByteBuffer.wrap(noise));
        int total = 0;
        for (byte[] string : strings) {
          total += 4 + string.length;
        }
        assertThat(total).as("seed %d", seed).isEqualTo(noise.length);
      } catch (RefusedInput.Invalid e) {
        assertThat(e.violations().getFirst().code()).isEqualTo("wrong_length");
      }
    }
  }

  @Test
  void memoryForElementsIsTakenBeforeTheyAreRead() {
    Inputs small = new Inputs(view(Datatype.FP64, 1), new Reservation(new BodyBudget(1_000)), 10);
    assertThatThrownBy(() -> small.declare("x", "FP64", new long[] {1_000}, 10_000))
        .isInstanceOf(Unserved.Overloaded.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1H,PT1H",
    "2M,PT2M",
    "3S,PT3S",
    "4m,PT0.004S",
    "5u,PT0.000005S",
    "6n,PT0.000000006S"
  })
  void timeoutsOfGrpcAreUnderstood(String text, Duration expected) {
    assertThat(CallDeadline.timeout(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1", "m", "1x", "-1m", "123456789m", "''"})
  void whatIsNoTimeoutIsMalformed(String text) {
    assertThatThrownBy(() -> CallDeadline.timeout(text)).isInstanceOf(RefusedInput.class);
  }
}
