package io.slipway.console;

import io.slipway.security.Identity;
import io.slipway.security.Permission;

/// Who looks at a page: what they may not do is not offered. The API refuses it all the same.
public record Viewer(Identity identity) {
  public String name() {
    return identity.name();
  }

  /// Whether nobody is asked who they are.
  public boolean anyone() {
    return identity.equals(Identity.ANYONE);
  }

  /// Whether what the pages about all models tell is theirs to read.
  public boolean readsAll() {
    return identity.may(Permission.READ);
  }

  /// Whether they publish anything.
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
