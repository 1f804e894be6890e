package io.slipway.bundle;

import java.util.List;

/// The refusal of a bundle that is unsafe, inconsistent, or does not reproduce its examples.
public final class InvalidBundle extends RuntimeException {
  /// The most findings that are reported.
  private static final int MOST_FINDINGS = 100;

  private final transient List<Finding> findings;

  public InvalidBundle(List<Finding> findings) {
    super(findings.size() == 1 ? findings.getFirst().message() : findings.size() + " findings");
    this.findings = findings.stream().limit(MOST_FINDINGS).toList();
  }

  public InvalidBundle(String code, String where, String message) {
    this(List.of(new Finding(code, where, message)));
  }

  /// The findings, at least one and at most a hundred.
  public List<Finding> findings() {
    return findings;
  }
}
