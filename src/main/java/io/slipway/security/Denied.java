package io.slipway.security;

/// The refusal of an authenticated caller who lacks a permission.
public final class Denied extends RuntimeException {
  private Denied(String message) {
    super(message, null, false, false);
  }

  /// Names what is missing: the permission, or access to the model.
  public static Denied of(Identity identity, Permission permission) {
    return new Denied(
        identity.permissions().contains(permission)
            ? identity.name() + " has " + permission.words() + ", but not for this model"
            : identity.name()
                + " lacks the permission "
                + permission.lower()
                + ": "
                + permission.words());
  }

  /// For a call about all models, by a caller with access to some.
  public static Denied forSomeModels(Identity identity) {
    return new Denied(
        identity.name() + " has access to some models only, but this call is about all models");
  }
}
