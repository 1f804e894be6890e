package io.slipway;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.slipway.onnx.Probe;
import java.util.Arrays;

/// The entry point of the process.
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... args) {
    if (args.length > 0 && args[0].equals("probe")) {
      // A child process that tries one bundle: no server, no database.
      Probe.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    Quarkus.run(args);
  }
}
