package io.slipway.onnx.confinement;

import org.jspecify.annotations.Nullable;

/// The supported processor architectures.
enum Architecture {
  X86_64(0xC000003E),
  AARCH64(0xC00000B7);

  /// `AUDIT_ARCH_…` of `linux/audit.h`, which identifies the architecture of a system call.
  final int audit;

  Architecture(int audit) {
    this.audit = audit;
  }

  /// The architecture of this process; null where it is another one, or not Linux.
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
