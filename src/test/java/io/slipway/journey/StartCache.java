package io.slipway.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the virtual machine remembers of one start of the packaged jar (an ahead-of-time cache of
/// JDK 25). With it a journey's server starts with less than half of the work. It is made once for
/// each build, by the journey that first needs it; the other processes of the suite wait for it.
final class StartCache {
  private static final Path CACHE = Path.of("target", "journeys.aot").toAbsolutePath();
  private static final List<String> OPTIONS = made();

  private StartCache() {}

  /// The options that use it.
  static List<String> options() {
    return OPTIONS;
  }

  private static List<String> made() {
    try (FileChannel lock =
            FileChannel.open(
                CACHE.resolveSibling("journeys.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var held = lock.lock()) {
      if (!held.isValid() || isOlderThan(Server.jar())) {
        record();
      }
      return List.of("-XX:AOTCache=" + CACHE, "-Xlog:aot*=off", "-Xlog:cds*=off");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isOlderThan(Path jar) throws IOException {
    return !Files.exists(CACHE)
        || Files.getLastModifiedTime(CACHE).compareTo(Files.getLastModifiedTime(jar)) < 0;
  }

  /// Publishes a model and asks it, so that the classes for it are remembered, too.
  private static void record() throws IOException, InterruptedException {
    Path temp = Files.createTempDirectory("start");
    Path made = temp.resolve("start.aot");
    List<String> options = new ArrayList<>(Server.QUICK);
    options.add("-XX:AOTCacheOutput=" + made);
    try (Server server = Server.launch(temp.resolve("data"), Map.of(), options)) {
      server.awaitReady();
      server.release("customer-churn", Bundles.SAMPLES.resolve("customer/v1"));
      server.post(
          "/models/customer-churn/predict",
          "application/json",
          "{\"customer_id\":\"X\"}".getBytes(StandardCharsets.UTF_8));
      server.terminate();
      server.awaitEnd(Duration.ofMinutes(3));
    }
    Files.move(made, CACHE, StandardCopyOption.REPLACE_EXISTING);
  }
}
