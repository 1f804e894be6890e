package io.slipway.bundle;

import java.util.List;

/// A bundle is refused: it is unsafe, inconsistent, or does not reproduce its examples.
public final class InvalidBundle extends RuntimeException {
  private final transient List<Finding> findings;

  public InvalidBundle(List<Finding> findings) {
    super(findings.size() == 1 ? findings.getFirst().message() : findings.size() + " findings");
    this.findings = List.copyOf(findings);
  }

  public InvalidBundle(String code, String where, String message) {
    this(List.of(new Finding(code, where, message)));
  }

  /// Everything that was found, at least one.
  public List<Finding> findings() {
    return findings;
  }
}
