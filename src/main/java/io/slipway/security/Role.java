package io.slipway.security;

import static io.slipway.security.Permission.ADMINISTER;
import static io.slipway.security.Permission.APPROVE;
import static io.slipway.security.Permission.AUDIT;
import static io.slipway.security.Permission.PREDICT;
import static io.slipway.security.Permission.PROMOTE;
import static io.slipway.security.Permission.PUBLISH;
import static io.slipway.security.Permission.READ;
import static io.slipway.security.Permission.SERVED;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a key is for. The table of roles and permissions is this enum; `docs/security.md` shows it
/// and is tested against it.
public enum Role {
  VIEWER(SERVED, READ),
  CALLER(SERVED, PREDICT),
  PUBLISHER(SERVED, READ, PUBLISH),
  PROMOTER(SERVED, READ, PROMOTE),
  APPROVER(SERVED, READ, APPROVE),
  AUDITOR(SERVED, READ, AUDIT),
  ADMIN(SERVED, PREDICT, READ, PUBLISH, PROMOTE, APPROVE, AUDIT, ADMINISTER);

  private final Set<Permission> permissions;

  Role(Permission... permissions) {
    this.permissions = Set.copyOf(Arrays.asList(permissions));
  }

  public Set<Permission> permissions() {
    return permissions;
  }

  /// The role's name in keys and tokens.
  public String lower() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The role with this lower-case name; empty where there is none.
  public static Optional<Role> named(String name) {
    return Arrays.stream(values()).filter(role -> role.lower().equals(name)).findFirst();
  }

  /// The permissions of `roles` together. Unknown names, which a later release may have written,
  /// give none.
  static Set<Permission> permitted(List<String> roles) {
    EnumSet<Permission> all = EnumSet.noneOf(Permission.class);
    roles.forEach(name -> named(name).ifPresent(role -> all.addAll(role.permissions)));
    return all;
  }
}
