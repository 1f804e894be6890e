package io.slipway.security;

import java.util.EnumSet;
import java.util.Set;

/// An authenticated caller with permissions.
///
/// @param name for the audit log: the name of a key, or of the person in a token
public record Identity(String name, Set<Permission> permissions, ModelScope scope) {
  /// The caller of a service with open access.
  public static final Identity ANYONE =
      new Identity("anonymous", Set.copyOf(EnumSet.allOf(Permission.class)), ModelScope.ALL);

  /// A caller without credentials and permissions.
  public static final Identity NOBODY = new Identity("anonymous", Set.of(), ModelScope.NONE);

  /// The holder of the configured administrator's key.
  static final Identity CONFIGURED =
      new Identity("configured-admin", Role.ADMIN.permissions(), ModelScope.ALL);

  /// Whether the caller has `permission` for calls that are not about a single model.
  public boolean may(Permission permission) {
    return permissions.contains(permission) && scope.all();
  }

  /// Whether the caller has `permission` for `model`.
  public boolean may(Permission permission, String model) {
    return permissions.contains(permission) && scope.covers(model);
  }

  /// @throws Denied where the caller lacks `permission` for `model`
  public void require(Permission permission, String model) {
    if (!may(permission, model)) {
      throw Denied.of(this, permission);
    }
  }

  /// @throws Denied where the caller lacks `permission` for all models
  public void require(Permission permission) {
    if (!may(permission)) {
      throw Denied.of(this, permission);
    }
  }
}
