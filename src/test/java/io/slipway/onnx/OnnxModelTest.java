package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.slipway.pipeline.frame.Graph.Port;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxModelTest {
  private static final long[] TWO_BY_TWO = {2, 2};

  private static Tensor.Floats floats(long[] shape, float... values) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values.length * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
    return new Tensor.Floats(shape, buffer.put(values).flip());
  }

  private static Tensor output(Map<String, Tensor> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name), name);
  }

  private static Tensor identity(String dtype, Tensor tensor) {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("identity-" + dtype))) {
      assertThat(model.signature().inputs())
          .isEqualTo(Map.of("x", new Port(dtype, List.of(-1L, 2L))));
      Map<String, Tensor> outputs = model.run(Map.of("x", tensor));
      assertThat(outputs).containsOnlyKeys("y");
      Tensor output = output(outputs, "y");
      assertThat(output).hasSameClassAs(tensor);
      assertThat(output.shape()).isEqualTo(tensor.shape());
      return output;
    }
  }

  @Test
  void float32ComesBackAsItWent() {
    Tensor.Floats in = floats(TWO_BY_TWO, 1.5f, Float.NaN, -0f, Float.MAX_VALUE);
    assertThat(((Tensor.Floats) identity("float32", in)).data()).isEqualTo(in.data());
    assertThat(in.data().remaining()).isEqualTo(4);
  }

  @Test
  void float64ComesBackAsItWent() {
    DoubleBuffer data = DoubleBuffer.wrap(new double[] {0.1, Double.NaN, -1e300, 7});
    Tensor.Doubles in = new Tensor.Doubles(TWO_BY_TWO, data);
    assertThat(((Tensor.Doubles) identity("float64", in)).data()).isEqualTo(in.data());
    assertThat(data.remaining()).isEqualTo(4);
  }

  @Test
  void int64ComesBackAsItWent() {
    Tensor.Longs in =
        new Tensor.Longs(TWO_BY_TWO, LongBuffer.wrap(new long[] {Long.MIN_VALUE, -1, 1L << 60, 0}));
    assertThat(((Tensor.Longs) identity("int64", in)).data()).isEqualTo(in.data());
  }

  @Test
  void int32ComesBackAsItWent() {
    Tensor.Ints in =
        new Tensor.Ints(TWO_BY_TWO, IntBuffer.wrap(new int[] {Integer.MIN_VALUE, -1, 5, 0}));
    assertThat(((Tensor.Ints) identity("int32", in)).data()).isEqualTo(in.data());
  }

  @Test
  void boolComesBackAsItWent() {
    Tensor.Booleans in = new Tensor.Booleans(TWO_BY_TWO, ByteBuffer.wrap(new byte[] {1, 0, 0, 1}));
    assertThat(((Tensor.Booleans) identity("bool", in)).data()).isEqualTo(in.data());
  }

  @ParameterizedTest
  @CsvSource({"uint8,false", "int8,true"})
  void bytesComeBackAsTheyWent(String dtype, boolean signed) {
    ByteBuffer data = ByteBuffer.allocateDirect(4).put(new byte[] {-128, -1, 127, 0}).flip();
    Tensor.Bytes out = (Tensor.Bytes) identity(dtype, new Tensor.Bytes(TWO_BY_TWO, data, signed));
    assertThat(out.data()).isEqualTo(data);
    assertThat(out.signed()).isEqualTo(signed);
  }

  @Test
  void stringsComeBackAsTheyWent() {
    String[] data = {"", "stay", "caf\u00e9 \u6f22 \ud83d\ude00", "a\0b"};
    assertThat(((Tensor.Strings) identity("string", new Tensor.Strings(TWO_BY_TWO, data))).data())
        .isEqualTo(data);
  }

  @Test
  void stringsAreRealUtf8InsideOfTheGraph() {
    String[] data = {"stay", "caf\u00e9", "\ud83d\ude00", "none of them", "stay\0"};
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("label-encoder"))) {
      Tensor in = new Tensor.Strings(new long[] {5, 1}, data);
      Tensor.Longs out = (Tensor.Longs) output(model.run(Map.of("x", in)), "y");
      assertThat(out.data()).isEqualTo(LongBuffer.wrap(new long[] {1, 2, 3, -1, -1}));
    }
  }

  @Test
  void typesThatJavaLacksComeAsTheirBits() {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("narrow-outputs"))) {
      Tensor in = new Tensor.Doubles(new long[] {3}, DoubleBuffer.wrap(new double[] {1, 2, 40000}));
      Map<String, Tensor> out = model.run(Map.of("x", in));
      assertThat(numbers(output(out, "float16"))).containsExactly(1, 2, 40000);
      assertThat(numbers(output(out, "bfloat16"))).containsExactly(1, 2, 39936);
      assertThat(numbers(output(out, "uint16"))).containsExactly(1, 2, 40000);
      assertThat(numbers(output(out, "int16"))).containsExactly(1, 2, 40000 - 65536);
      assertThat(numbers(output(out, "uint32"))).containsExactly(1, 2, 40000);
      assertThat(numbers(output(out, "uint64"))).containsExactly(1, 2, 40000);
    }
  }

  private static double[] numbers(Tensor tensor) {
    return IntStream.range(0, TensorReader.count(tensor))
        .mapToDouble(i -> TensorReader.number(tensor, i))
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(Tensor.Kind.class)
  void bitsComeBackAsTheyWent(Tensor.Kind kind) {
    byte[] bytes = new byte[4 * kind.bytes()];
    Arrays.fill(bytes, 0, kind.bytes(), (byte) 0xff);
    bytes[2 * kind.bytes() - 1] = (byte) 0x80;
    bytes[2 * kind.bytes()] = 1;
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    for (ByteBuffer data : List.of(direct, ByteBuffer.wrap(bytes))) {
      Tensor.Bits in = new Tensor.Bits(TWO_BY_TWO, data.order(ByteOrder.nativeOrder()), kind);
      Tensor.Bits out = (Tensor.Bits) identity(kind.dtype(), in);
      assertThat(out.kind()).isEqualTo(kind);
      assertThat(out.data()).isEqualTo(data);
    }
  }

  @Test
  void onlyTheWantedOutputsAreComputed() {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("narrow-outputs"))) {
      Tensor in = new Tensor.Doubles(new long[] {1}, DoubleBuffer.wrap(new double[] {1}));
      assertThat(model.run(Map.of("x", in), Set.of("uint16"), new Phases(), null))
          .containsOnlyKeys("uint16");
    }
  }

  @Test
  void anInitializerThatMayBeOverriddenIsNoInput() {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("overridable"))) {
      assertThat(model.signature().inputs()).containsOnlyKeys("x");
    }
  }

  @Test
  void anEmptyBatchIsNoCrash() {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("sum"))) {
      Throwable thrown =
          catchThrowable(
              () ->
                  assertThat(output(model.run(Map.of("x", floats(new long[] {0, 3}))), "y").shape())
                      .containsExactly(0, 1));
      assertThat(thrown)
          .satisfiesAnyOf(
              none -> assertThat(none).isNull(),
              failure -> assertThat(failure).isInstanceOf(ModelFailure.Failed.class));
    }
  }

  @Test
  void aNullStringIsRefused() {
    String[] data = {"a", null};
    assertThatThrownBy(() -> identity("string", new Tensor.Strings(new long[] {1, 2}, data)))
        .isInstanceOf(ModelFailure.Failed.class)
        .hasMessageContaining("null string");
  }

  @Test
  void wrongNamesTypesAndShapesAreRefused() {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("sum"))) {
      Tensor three = floats(new long[] {1, 3}, 1, 2, 3);
      List<Map<String, Tensor>> wrong =
          List.of(
              Map.of(),
              Map.of("z", three),
              Map.of("x", three, "z", three),
              Map.of("x", floats(new long[] {1, 2}, 1, 2)),
              Map.of("x", floats(new long[] {3}, 1, 2, 3)),
              Map.of("x", floats(new long[] {2, 3}, 1, 2, 3)),
              Map.of("x", floats(new long[] {-1, 3}, 1, 2, 3)),
              Map.of("x", floats(new long[] {1L << 40, 1L << 40}, 1, 2, 3)),
              Map.of("x", new Tensor.Strings(new long[] {1, 3}, new String[] {"", "", ""})),
              Map.of("x", new Tensor.Strings(new long[] {1, 3}, new String[] {""})),
              Map.of("x", new Tensor.Longs(new long[] {1, 3}, LongBuffer.allocate(3))));
      for (Map<String, Tensor> inputs : wrong) {
        assertThatThrownBy(() -> model.run(inputs)).isInstanceOf(ModelFailure.Failed.class);
      }
      assertThat(model.run(Map.of("x", three))).containsOnlyKeys("y");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "garbage,Protobuf parsing failed",
    "unknown-operator,NoSuchThing",
    "locale,en_US.UTF-8",
    "zipmap,--strip-zipmap",
    "external-parent,escapes model directory"
  })
  void aFileThatTheRuntimeRefusesIsAFailureWithoutFolders(String name, String message) {
    assertThatThrownBy(() -> OnnxModel.open(ModelFiles.onnx(name)))
        .isInstanceOf(ModelFailure.Refused.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain(ModelFiles.resource("onnx").toString(), "onnxruntime_src");
  }

  @Test
  void aDeepTreeOpensOnTheLargeStack() {
    OnnxModel.open(ModelFiles.onnx("tree-deep")).close();
  }

  @Test
  void aRunThatNeverEndsIsCutShort() throws Exception {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("endless-loop"));
        RunHandle handle = RunHandle.open(false);
        ExecutorService one = Executors.newSingleThreadExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> run =
          one.submit(
              () -> {
                begun.countDown();
                return model.run(
                    Map.of("x", floats(new long[] {1, 1}, 1)), Set.of("y"), new Phases(), handle);
              });
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      handle.terminate();
      assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ModelFailure.Terminated.class);
    }
  }

  @Test
  void aHandleIsFitForAnotherRunAfterItsReset() {
    try (OnnxModel model = OnnxModel.open(ModelFiles.onnx("sum"));
        RunHandle handle = RunHandle.open(false)) {
      Map<String, Tensor> inputs = Map.of("x", floats(new long[] {1, 3}, 1, 2, 3));
      handle.terminate();
      assertThatThrownBy(() -> model.run(inputs, Set.of("y"), new Phases(), handle))
          .isInstanceOf(ModelFailure.Terminated.class);
      handle.reset();
      assertThat(model.run(inputs, Set.of("y"), new Phases(), handle)).containsOnlyKeys("y");
    }
  }

  @Test
  void aHandleMayBeTerminatedWhenItsRunIsLongOver() {
    RunHandle handle = RunHandle.open(false);
    handle.close();
    handle.terminate();
    assertThat(handle.terminated()).isFalse();
  }

  @Test
  void closingDuringRunsLetsThemEndAndRefusesLaterOnes() throws Exception {
    for (int round = 0; round < 30; round++) {
      OnnxModel model = OnnxModel.open(ModelFiles.onnx("tree-20"));
      AtomicInteger served = new AtomicInteger();
      List<Future<?>> threads = new ArrayList<>();
      try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
        for (int i = 0; i < 8; i++) {
          threads.add(
              pool.submit(
                  () -> {
                    Map<String, Tensor> inputs = Map.of("x", floats(new long[] {1, 1}, -3));
                    while (true) {
                      model.run(inputs);
                      served.incrementAndGet();
                    }
                  }));
        }
        await().pollInterval(Duration.ofMillis(1)).until(() -> served.get() >= 200);
        model.close();
        model.close();
        for (Future<?> thread : threads) {
          assertThatThrownBy(() -> thread.get(10, TimeUnit.SECONDS))
              .hasCauseInstanceOf(ModelFailure.Closed.class);
        }
      }
    }
  }

  @Test
  void nothingIsOpenedOnceLoadingWasStopped() {
    try {
      assertThat(OnnxRuntime.stopLoading(Duration.ofSeconds(10))).isTrue();
      assertThatThrownBy(() -> OnnxModel.open(ModelFiles.onnx("sum")))
          .isInstanceOf(ModelFailure.Stopping.class);
    } finally {
      OnnxRuntime.resumeLoading();
    }
    OnnxModel.open(ModelFiles.onnx("sum")).close();
  }
}
