package io.slipway.process;

import io.slipway.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/// The native libraries of ONNX Runtime, unpacked once to the data folder. By itself the runtime
/// would unpack them to the temporary folder at each start and each check of a bundle, and a killed
/// process would leave its 28 MB there.
final class NativeLibraries {
  private static final Logger LOG = Logger.getLogger(NativeLibraries.class);

  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

  private NativeLibraries() {}

  /// Unpacks the libraries; to be called before the runtime is used. Does nothing where the
  /// operator configured other libraries, or where the runtime's version or the platform is
  /// unknown.
  ///
  /// @throws CannotStart where the data folder cannot be written
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
      throw new CannotStart("ONNX Runtime cannot be unpacked to " + folder + ": " + e, e);
    }
    System.setProperty(OnnxRuntime.NATIVE_PATH, folder.toString());
  }

  private static void unpack(String system, Path folder) throws IOException {
    for (String name : NAMES) {
      try (InputStream library =
          NativeLibraries.class.getResourceAsStream(resource(system, name))) {
        if (library == null) {
          throw new IOException("this build lacks " + resource(system, name));
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

  /// The runtime's own name of the platform's library folder.
  private static String system() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    return (os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os)
        + "-"
        + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
  }
}
