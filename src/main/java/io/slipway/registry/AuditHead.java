package io.slipway.registry;

/// The number and the hash of an entry of the history. The hash covers all entries up to this one,
/// so whoever keeps a head notices later if one of them was changed or removed.
public record AuditHead(long seq, String hash) {
  /// The head of an empty history.
  static final AuditHead NONE = new AuditHead(0, AuditEntry.GENESIS);

  /// As `slipway audit verify --includes` takes it: the number, a colon, the hash.
  @Override
  public String toString() {
    return seq + ":" + hash;
  }
}
