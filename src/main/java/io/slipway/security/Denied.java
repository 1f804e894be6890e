package io.slipway.security;

/// Who calls is known and may not do this.
public final class Denied extends RuntimeException {
  private Denied(String message) {
    super(message, null, false, false);
  }

  /// Says what is missing: the permission, or the model.
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

  /// Of a call that tells of every model.
  public static Denied forSomeModels(Identity identity) {
    return new Denied(
        identity.name() + " is for some models only, and this call tells of all of them");
  }
}
