package io.slipway.process;

import io.slipway.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/// ONNX Runtime's own libraries, unpacked once to the data folder. Left alone, the runtime unpacks
/// them to the folder of temporary files at each start and at each trial of a bundle, and a process
/// that is killed leaves its 28 MB there.
final class NativeLibraries {
  private static final Logger LOG = Logger.getLogger(NativeLibraries.class);

  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

  private NativeLibraries() {}

  /// Before the runtime is used. Where an operator says where other libraries are, those are used;
  /// where the runtime's version or the machine's libraries are not known, it is left to itself.
  ///
  /// @throws CannotStart where the data folder can't be written
  static void keep(DataFolder data) {
    String version = OnnxRuntime.release();
    String system = system();
    if (System.getProperty(OnnxRuntime.NATIVE_PATH) != null || version == null || !isHere(system)) {
      return;
    }
    Path folder = data.path().resolve("native/onnxruntime-" + version + "-" + system);
    try {
      if (Unpacked.once(folder, fresh -> unpack(system, fresh))) {
        LOG.infof("Unpacked the libraries of ONNX Runtime to %s", folder);
      }
    } catch (IOException e) {
      throw new CannotStart("ONNX Runtime can't be unpacked to " + folder + ": " + e, e);
    }
    System.setProperty(OnnxRuntime.NATIVE_PATH, folder.toString());
  }

  private static void unpack(String system, Path folder) throws IOException {
    for (String name : NAMES) {
      try (InputStream library =
          NativeLibraries.class.getResourceAsStream(resource(system, name))) {
        if (library == null) {
          throw new IOException("there is no " + resource(system, name) + " in this build");
        }
        Files.copy(library, folder.resolve(System.mapLibraryName(name)));
      }
    }
  }

  private static boolean isHere(String system) {
    return NAMES.stream()
        .allMatch(name -> NativeLibraries.class.getResource(resource(system, name)) != null);
  }

  private static String resource(String system, String name) {
    return "/ai/onnxruntime/native/" + system + "/" + System.mapLibraryName(name);
  }

  /// As the runtime calls the folder of its libraries.
  private static String system() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    return (os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os)
        + "-"
        + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
  }
}
