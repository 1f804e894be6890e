package io.slipway.onnx;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The command that starts the probe: this program on this Java, with small limits.
final class ProbeCommand {
  /// The inherited environment: where programs and libraries are, and the character encoding.
  private static final Set<String> INHERITED = Set.of("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL");

  private ProbeCommand() {}

  /// The packaged program, or the classes that this process was started with.
  static List<String> program() {
    String classPath = System.getProperty("java.class.path");
    List<String> entry =
        classPath.endsWith("quarkus-run.jar")
            ? List.of("-jar", absolute(classPath))
            : List.of("-cp", absolute(classPath), "io.slipway.process.Main");
    return Stream.concat(entry.stream(), Stream.of("probe")).toList();
  }

  /// `java` with its options.
  ///
  /// @param work the private folder for files that the process leaves
  static List<String> java(ProbeLimits limits, Path work) {
    Stream<String> options =
        Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + (limits.heapBytes() >> 10) + "k",
            "-Xss4m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + CrashLog.file(work),
            "-Djava.io.tmpdir=" + work,
            "-Djava.awt.headless=true",
            "-D" + Probe.RUN_MILLIS + "=" + limits.run().toMillis(),
            "--enable-native-access=ALL-UNNAMED");
    return Stream.concat(
            options, runtime().map(path -> "-D" + OnnxRuntime.NATIVE_PATH + "=" + path))
        .toList();
  }

  static void environment(Map<String, String> environment) {
    environment.keySet().retainAll(INHERITED);
    environment.put(OnnxRuntime.NO_TELEMETRY, "1");
  }

  /// The files that the process must be able to read: Java, the program, and libraries outside of
  /// the usual system folders.
  static Stream<Path> files() {
    String libraries = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
    String classPath = System.getProperty("java.class.path");
    Stream<Path> program =
        classPath.endsWith("quarkus-run.jar")
            ? Stream.of(Path.of(absolute(classPath)).getParent())
            : paths(absolute(classPath));
    return Stream.of(
            Stream.of(Path.of(System.getProperty("java.home"))),
            program,
            paths(libraries),
            runtime())
        .flatMap(files -> files);
  }

  /// The folder of ONNX Runtime's libraries; empty where the runtime unpacks them.
  private static Stream<Path> runtime() {
    return Optional.ofNullable(System.getProperty(OnnxRuntime.NATIVE_PATH)).map(Path::of).stream();
  }

  private static Stream<Path> paths(String list) {
    return Arrays.stream(list.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of);
  }

  /// Resolves relative entries, as the process runs in another folder.
  private static String absolute(String classPath) {
    return paths(classPath)
        .map(entry -> entry.toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
