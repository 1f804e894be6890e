package io.slipway.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.slipway.bundle.BundleReader;
import java.nio.file.Path;

/// A probe that opens the model without any check and on a small stack, as a server would that
/// trusts its models.
public final class CarelessProbe {
  private CarelessProbe() {}

  public static void main(String... args) throws InterruptedException {
    Path folder = Path.of(args[0]);
    String file = new BundleReader().open(folder).manifest().model().file();
    System.out.println("stage opening " + file);
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                OrtEnvironment.getEnvironment()
                    .createSession(folder.resolve(file).toString())
                    .close();
              } catch (OrtException e) {
                throw new IllegalStateException(e);
              }
            },
            "careless",
            512 << 10);
    thread.start();
    thread.join();
  }
}
