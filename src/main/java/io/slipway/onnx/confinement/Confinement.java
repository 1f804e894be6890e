package io.slipway.onnx.confinement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Locks this process in, for good and without any right of its own: bounds on what it takes, no
/// sight of other files, no network, no other process. Of Linux on x86-64 and aarch64; elsewhere
/// there is nothing of it, which is told and not passed over.
///
/// Files are ruled for the calling thread and those that it starts (Landlock), the rest for the
/// whole process. So it is entered by the thread that does the work, before it does any.
public final class Confinement {
  private Confinement() {}

  /// Enters it.
  ///
  /// @return what this system does not offer, and why; empty where everything holds
  public static List<String> enter(ConfinementBounds bounds) {
    Linux linux = Linux.here();
    if (linux == null) {
      return List.of(
          "nothing of it: there is none for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    }
    List<String> missing = new ArrayList<>();
    missing(missing, "bounds", ResourceBounds.set(linux, bounds));
    missing(missing, "no new rights", linux.noNewRights());
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
