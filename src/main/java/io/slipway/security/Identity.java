package io.slipway.security;

import java.util.EnumSet;
import java.util.Set;

/// Who calls, and what they may.
///
/// @param name for the history: the name of a key, or of the person that a token names
public record Identity(String name, Set<Permission> permissions, ModelScope scope) {
  /// Whoever calls a service that asks nobody who they are.
  public static final Identity ANYONE =
      new Identity("anonymous", Set.copyOf(EnumSet.allOf(Permission.class)), ModelScope.ALL);

  /// Nobody is known; nothing is permitted.
  public static final Identity NOBODY = new Identity("anonymous", Set.of(), ModelScope.NONE);

  /// The holder of the key that the operator has configured.
  static final Identity CONFIGURED =
      new Identity("configured-admin", Role.ADMIN.permissions(), ModelScope.ALL);

  /// Whether `permission` is held for what is no single model's.
  public boolean may(Permission permission) {
    return permissions.contains(permission) && scope.all();
  }

  /// Whether `permission` is held for `model`.
  public boolean may(Permission permission, String model) {
    return permissions.contains(permission) && scope.covers(model);
  }

  /// @throws Denied where `permission` is not held for `model`
  public void require(Permission permission, String model) {
    if (!may(permission, model)) {
      throw Denied.of(this, permission);
    }
  }

  /// @throws Denied where `permission` is not held for all models
  public void require(Permission permission) {
    if (!may(permission)) {
      throw Denied.of(this, permission);
    }
  }
}
