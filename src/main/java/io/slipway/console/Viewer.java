package io.slipway.console;

import io.slipway.security.Identity;
import io.slipway.security.Permission;

/// The user who views a page. Pages offer only what this user may do; the API enforces it.
public record Viewer(Identity identity) {
  public String name() {
    return identity.name();
  }

  /// Whether sign-in is off: access is open.
  public boolean anyone() {
    return identity.equals(Identity.ANYONE);
  }

  /// Whether the user may read all models.
  public boolean readsAll() {
    return identity.may(Permission.READ);
  }

  /// Whether the user may publish to any model.
  public boolean publishes() {
    return identity.permissions().contains(Permission.PUBLISH);
  }

  public boolean predicts(String model) {
    return identity.may(Permission.PREDICT, model);
  }

  public boolean publishes(String model) {
    return identity.may(Permission.PUBLISH, model);
  }

  public boolean promotes(String model) {
    return identity.may(Permission.PROMOTE, model);
  }

  public boolean audits() {
    return identity.may(Permission.AUDIT);
  }

  public boolean administers() {
    return identity.may(Permission.ADMINISTER);
  }
}
