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

/// How the probe's process is started: this very program on this very Java, with small limits.
final class ProbeCommand {
  /// Where to find programs and libraries, and how to read text: nothing else is inherited.
  private static final Set<String> INHERITED = Set.of("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL");

  private ProbeCommand() {}

  /// The packaged program, or the classes that this process runs from.
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
  /// @param work the private folder for whatever the process leaves
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
            "-XX:ErrorFile=" + work.resolve("crash.log"),
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

  /// What a process that was started so reads of its own: Java, the program, and where the system's
  /// libraries are if they are elsewhere than usual.
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

  /// Where this process has ONNX Runtime's libraries from; empty: the runtime unpacks them.
  private static Stream<Path> runtime() {
    return Optional.ofNullable(System.getProperty(OnnxRuntime.NATIVE_PATH)).map(Path::of).stream();
  }

  private static Stream<Path> paths(String list) {
    return Arrays.stream(list.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of);
  }

  /// The process runs in another folder, so relative entries would be lost.
  private static String absolute(String classPath) {
    return paths(classPath)
        .map(entry -> entry.toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
