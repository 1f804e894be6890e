package io.slipway.bundle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The faults of an archive's entries. Entries with the same fault are one finding, which names the
/// first of them: an archive of a thousand files packed by the wrong program has one fault.
final class EntryFaults {
  /// The entries with one fault.
  ///
  /// @param first the first of them
  private record Same(String code, String first, String message, int count) {}

  private final List<Finding> single = new ArrayList<>();
  private final Map<String, Same> together = new LinkedHashMap<>();

  /// Adds a fault of one entry.
  void add(String name, String message) {
    single.add(new Finding("unsafe_entry", name, message));
  }

  /// Adds a fault that other entries may have, too.
  ///
  /// @param message is the same for all of them
  void shared(String code, String name, String message) {
    together.merge(
        message,
        new Same(code, name, message, 1),
        (all, one) -> new Same(code, all.first(), message, all.count() + 1));
  }

  /// The findings. Empty: no entry has a fault.
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (Same same : together.values()) {
      String more =
          same.count() == 1 ? "" : " (and " + (same.count() - 1) + " more entries like this one)";
      findings.add(new Finding(same.code(), same.first(), same.message() + more));
    }
    findings.addAll(single);
    return findings;
  }

  /// @throws InvalidBundle where there are any
  void refuse() {
    List<Finding> findings = findings();
    if (!findings.isEmpty()) {
      throw new InvalidBundle(findings);
    }
  }
}
