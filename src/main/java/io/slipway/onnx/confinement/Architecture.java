package io.slipway.onnx.confinement;

import org.jspecify.annotations.Nullable;

/// The processors whose calls are known.
enum Architecture {
  X86_64(0xC000003E),
  AARCH64(0xC00000B7);

  /// `AUDIT_ARCH_…` of `linux/audit.h`, by which a filter knows whose numbers it sees.
  final int audit;

  Architecture(int audit) {
    this.audit = audit;
  }

  /// The one of this process; null where it is another, or no Linux.
  static @Nullable Architecture here() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> null;
    };
  }
}
