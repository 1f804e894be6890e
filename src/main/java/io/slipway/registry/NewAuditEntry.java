package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// An entry that is to be written into the history.
record NewAuditEntry(
    Caller caller,
    String action,
    @Nullable String model,
    @Nullable Integer version,
    @Nullable String target,
    @Nullable String from,
    @Nullable String to,
    @Nullable String reason,
    @Nullable Long revision,
    @Nullable String detail) {

  static NewAuditEntry of(Caller caller, String action, @Nullable String model) {
    return new NewAuditEntry(caller, action, model, null, null, null, null, null, null, null);
  }

  NewAuditEntry version(@Nullable Integer number) {
    return new NewAuditEntry(
        caller, action, model, number, target, from, to, reason, revision, detail);
  }

  NewAuditEntry target(String name) {
    return new NewAuditEntry(
        caller, action, model, version, name, from, to, reason, revision, detail);
  }

  NewAuditEntry fromTo(@Nullable Object before, @Nullable Object after) {
    return new NewAuditEntry(
        caller,
        action,
        model,
        version,
        target,
        before == null ? null : before.toString(),
        after == null ? null : after.toString(),
        reason,
        revision,
        detail);
  }

  NewAuditEntry reason(@Nullable String why) {
    return new NewAuditEntry(
        caller, action, model, version, target, from, to, why, revision, detail);
  }

  NewAuditEntry revision(long now) {
    return new NewAuditEntry(caller, action, model, version, target, from, to, reason, now, detail);
  }

  NewAuditEntry detail(@Nullable String json) {
    return new NewAuditEntry(
        caller, action, model, version, target, from, to, reason, revision, json);
  }
}
