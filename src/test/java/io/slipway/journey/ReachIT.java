package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.hostile.Answer;
import io.slipway.hostile.Case;
import io.slipway.hostile.Corpus;
import io.slipway.hostile.Judge;
import io.slipway.hostile.Sender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server reaches for, by its system calls, while hostile input comes: its data, the
/// temporary folder, Java, the program and the system's libraries, itself; and nothing that an
/// input has named. Probes are looked at most closely from when they read their bundle on.
///
/// Needs Linux and `strace`, and is left out without them.
class ReachIT {
  private static final int MOST_MILLIS = 180_000;
  private static final Set<String> SLOW_ONES =
      Set.of(
          "onnx/external-/etc/passwd",
          "onnx/external-../../../../../../etc/passwd",
          "onnx/external-file:///etc/passwd",
          "onnx/external-/proc/self/environ");
  private static final byte[] ANYBODY = "{\"customer_id\":\"X\"}".getBytes();

  @TempDir Path temp;

  @Test
  void whatHostileInputNamesIsNotReachedFor() throws Exception {
    Strace.assumeThatItWorks();
    Path trace = temp.resolve("trace");
    Path data = temp.resolve("data");
    List<String> faults = new ArrayList<>();
    try (Server server =
        Server.launch(
            data,
            Map.of(
                "SLIPWAY_SAMPLES_ENABLED", "true", "SLIPWAY_SAMPLES_DIR", samples().toString()))) {
      server.awaitReady();
      server.awaitServed("customer-churn", "digit", "mail-spam", "movie-review");
      try (Strace _ =
              Strace.of(server, trace, "-y", "-s", "4096", "-e", "trace=file,network,process");
          Sender sender = new Sender(server.uri("/").getPort())) {
        for (Case hostile : cases()) {
          Answer answer = sender.send(hostile.attack(), MOST_MILLIS);
          Judge.faults(hostile, answer, MOST_MILLIS).forEach(fault -> faults.add(hostile + fault));
        }
        publishAndPredict(server);
      }
      assertThat(server.status("/q/health/ready")).isEqualTo(200);
    }
    assertThat(faults).isEmpty();
    SystemCalls calls = SystemCalls.of(trace);

    List<String> homes = List.of(data.toString(), java(), app());
    List<String> program = new ArrayList<>(homes);
    program.addAll(List.of("/proc/self", "/proc/meminfo", "/sys/fs/cgroup", "/dev/null"));
    program.addAll(List.of("/dev/random", "/dev/urandom"));
    program.addAll(List.of("/etc/ld.so.cache", "/usr/lib", "/usr/lib64", "/lib", "/lib64"));
    // How many processors there are, and whether there are others for graphs.
    program.addAll(List.of("/proc/cpuinfo", "/sys/devices/system/cpu", "/sys/bus/pci/devices"));
    // The C library's malloc asks, once, before the memory of a thread's arena first shrinks.
    program.add("/proc/sys/vm/overcommit_memory");
    // Whether the system has killed a probe for want of memory.
    program.add("/proc/vmstat");
    Predicate<String> opened = within(program).or(ofProcesses()).or(temporary());
    List<String> asked = List.of("/etc/ld.so.preload", "/sys/class/accel", "/sys/class/drm");
    Predicate<String> looked = opened.or(within(asked)).or(above(homes));
    assertThat(calls.files(SystemCalls.Who.SERVER))
        .contains(data.resolve("store").resolve("blobs").toString())
        .filteredOn(opened.negate())
        .isEmpty();
    assertThat(calls.looks(SystemCalls.Who.SERVER)).filteredOn(looked.negate()).isEmpty();
    assertThat(calls.probes()).isGreaterThanOrEqualTo(SLOW_ONES.size() + 1);
    assertThat(calls.files(SystemCalls.Who.PROBE))
        .anyMatch(path -> path.endsWith("/bundle.json"))
        .filteredOn(opened.negate())
        .isEmpty();
    assertThat(calls.looks(SystemCalls.Who.PROBE)).filteredOn(looked.negate()).isEmpty();
    assertThat(calls.programs()).allMatch(within(List.of(java())));
    assertThat(calls.addresses())
        .allMatch(
            address ->
                address.contains("127.0.0.1")
                    // The system's own names of users, as Java starts.
                    || address.startsWith("PROBE_AT_ITS_START") && address.contains("/nscd/"));
  }

  private static List<Case> cases() {
    return Corpus.all().stream()
        .filter(each -> each.slow() ? SLOW_ONES.contains(each.name()) : ofFiles(each))
        .toList();
  }

  /// Whether it holds files, or names them.
  private static boolean ofFiles(Case each) {
    return Set.of("zip", "image", "mail").contains(each.category())
        || each.name().contains("passwd");
  }

  private void publishAndPredict(Server server) throws IOException, InterruptedException {
    byte[] zip = Bundles.variant(samples().resolve("customer/v1"), temp, "another");
    server.post("/api/v1/models/another/versions", "application/zip", zip);
    server.put("/api/v1/models/another/stages/production", "{\"version\":1}");
    assertThat(server.post("/models/another/predict", "application/json", ANYBODY).get("version"))
        .isNotNull();
  }

  private static Path samples() {
    return Bundles.SAMPLES;
  }

  private static String java() throws IOException {
    return Path.of(System.getProperty("java.home")).toRealPath().toString();
  }

  private static String app() {
    return Path.of(System.getProperty("slipway.jar", "target/quarkus-app/quarkus-run.jar"))
        .toAbsolutePath()
        .getParent()
        .toString();
  }

  private static Predicate<String> within(List<String> folders) {
    return path ->
        folders.stream().anyMatch(folder -> path.equals(folder) || path.startsWith(folder + "/"));
  }

  /// The folders through which a path is resolved.
  private static Predicate<String> above(List<String> folders) {
    return path -> folders.stream().anyMatch(folder -> Path.of(folder).startsWith(path));
  }

  /// What the service, its libraries and Java put into the temporary folder, by name.
  private static Predicate<String> temporary() {
    String folder = System.getProperty("java.io.tmpdir");
    return path ->
        Stream.of("slipway-", "onnxruntime-java", "vertx-cache", "hsperfdata_", ".java_pid")
            .anyMatch(name -> path.startsWith(folder + "/" + name));
  }

  /// How much memory a process takes is read; who goes first where there is none, and its share of
  /// the processors, are written.
  private static Predicate<String> ofProcesses() {
    return path -> path.matches("/proc/\\d+/(status|oom_score_adj|autogroup|stat|fd|task/.*)");
  }
}
