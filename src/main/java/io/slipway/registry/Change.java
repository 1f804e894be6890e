package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// What is about to be written into the history.
record Change(
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

  static Change of(Caller caller, String action, @Nullable String model) {
    return new Change(caller, action, model, null, null, null, null, null, null, null);
  }

  Change version(@Nullable Integer number) {
    return new Change(caller, action, model, number, target, from, to, reason, revision, detail);
  }

  Change target(String name) {
    return new Change(caller, action, model, version, name, from, to, reason, revision, detail);
  }

  Change fromTo(@Nullable Object before, @Nullable Object after) {
    return new Change(
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

  Change reason(@Nullable String why) {
    return new Change(caller, action, model, version, target, from, to, why, revision, detail);
  }

  Change revision(long now) {
    return new Change(caller, action, model, version, target, from, to, reason, now, detail);
  }

  Change detail(@Nullable String json) {
    return new Change(caller, action, model, version, target, from, to, reason, revision, json);
  }
}
