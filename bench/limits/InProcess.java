import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// What the model alone costs: ONNX Runtime in process, one row a call, reused input tensors, one
/// thread a core. `InProcess MODEL SECONDS` prints one line of JSON.
final class InProcess {
  public static void main(String[] arguments) throws Exception {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    OrtSession session = env.createSession(arguments[0], options);
    double seconds = Double.parseDouble(arguments[1]);
    LongAdder calls = new LongAdder();
    Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(() -> run(env, session, calls));
      threads[i].setDaemon(true);
      threads[i].start();
    }
    Thread.sleep(2000);
    long before = calls.sum();
    long cpu = cpu();
    long begin = System.nanoTime();
    Thread.sleep((long) (seconds * 1000));
    double took = (System.nanoTime() - begin) / 1e9;
    long done = calls.sum() - before;
    System.out.printf(
        Locale.ROOT,
        "{\"rate\":%.1f,\"cpu\":%.5f}%n",
        done / took,
        (cpu() - cpu) / 1e9 / done * 1000);
    System.exit(0);
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void run(OrtEnvironment env, OrtSession session, LongAdder calls) {
    try {
      Map<String, OnnxTensor> inputs = new HashMap<>();
      for (var input : session.getInputInfo().entrySet()) {
        TensorInfo info = (TensorInfo) input.getValue().getInfo();
        long[] shape = Arrays.stream(info.getShape()).map(d -> d < 0 ? 1 : d).toArray();
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        OnnxTensor tensor;
        if (info.type == ai.onnxruntime.OnnxJavaType.STRING) {
          String[] texts = new String[count];
          Arrays.fill(texts, "small");
          tensor = OnnxTensor.createTensor(env, texts, shape);
        } else {
          ByteBuffer bytes = ByteBuffer.allocateDirect(count * 4).order(ByteOrder.nativeOrder());
          tensor = OnnxTensor.createTensor(env, bytes.asFloatBuffer(), shape);
        }
        inputs.put(input.getKey(), tensor);
      }
      while (true) {
        session.run(inputs, Set.of("probabilities")).close();
        calls.increment();
      }
    } catch (ai.onnxruntime.OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
