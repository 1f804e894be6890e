package io.slipway.onnx.confinement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Confines this process permanently, without needing privileges: limits on resources, no access to
/// other files, no network, no other processes. Works on Linux on x86-64 and aarch64; on other
/// systems the result says that it is missing.
///
/// Access to files is restricted for the calling thread and those that it starts (Landlock), the
/// rest for the whole process. So the thread that does the work must call it first.
public final class Confinement {
  private Confinement() {}

  /// Confines the process.
  ///
  /// @return what this system does not support, with the reason; empty where everything applies
  public static List<String> enter(ConfinementBounds bounds) {
    Linux linux = Linux.here();
    if (linux == null) {
      return List.of(
          "confinement: not implemented for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    }
    List<String> missing = new ArrayList<>();
    missing(missing, "bounds", ResourceBounds.set(linux, bounds));
    missing(missing, "no new privileges", linux.noNewRights());
    missing(missing, "files", FileRules.enforce(linux, bounds));
    missing(missing, "calls", CallFilter.install(linux));
    return List.copyOf(missing);
  }

  private static void missing(List<String> missing, String what, @Nullable String why) {
    if (why != null) {
      missing.add(what + " (" + why + ")");
    }
  }
}
