package io.slipway.security;

import io.slipway.bundle.OneLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The roles and models granted to names from an external authority: groups of tokens, or
/// certificates. Names that are not listed have no permissions. Immutable.
public final class Grants {
  private static final int LONGEST_NAME = 200;

  private final Map<String, List<String>> roles;
  private final Map<String, List<String>> models;

  private Grants(
      String prefix, Optional<List<String>> roleEntries, Optional<List<String>> modelEntries) {
    this.roles = table(prefix + ".roles", roleEntries.orElse(List.of()));
    this.models = table(prefix + ".models", modelEntries.orElse(List.of()));
    roles
        .values()
        .forEach(
            all ->
                all.stream()
                    .filter(name -> Role.named(name).isEmpty())
                    .forEach(
                        name -> {
                          throw new StartRefused(prefix + ".roles: there is no role " + name);
                        }));
    models.values().forEach(names -> requireScope(prefix, names));
  }

  /// The grants for groups in an issuer's tokens.
  public static Grants of(OidcConfig config) {
    Grants grants = new Grants("slipway.oidc", config.roles(), config.models());
    if (config.issuer().isPresent() && grants.isEmpty()) {
      throw new StartRefused(
          "slipway.oidc.issuer is set, but slipway.oidc.roles gives no group a role, so that nobody"
              + " could do anything: add some, such as ml-release=promoter");
    }
    return grants;
  }

  /// The grants for certificates.
  public static Grants of(CertificateConfig config) {
    return new Grants("slipway.certificates", config.roles(), config.models());
  }

  /// Whether no role is granted.
  public boolean isEmpty() {
    return roles.isEmpty();
  }

  /// The identity of `name` with the grants of `groups`; empty where none of them has a role.
  ///
  /// @param kind a prefix of the name that distinguishes it from keys
  public Optional<Identity> identity(String kind, String name, Collection<String> groups) {
    List<String> granted = of(roles, groups);
    if (granted.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = of(models, groups);
    ModelScope scope =
        models.isEmpty()
            ? ModelScope.ALL
            : names.isEmpty() ? ModelScope.NONE : new ModelScope(names);
    return Optional.of(new Identity(kind + ":" + clean(name), Role.permitted(granted), scope));
  }

  private static String clean(String name) {
    return name.codePoints()
        .filter(c -> OneLine.is(Character.toString(c)))
        .limit(LONGEST_NAME)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static List<String> of(Map<String, List<String>> table, Collection<String> groups) {
    return Set.copyOf(groups).stream()
        .flatMap(group -> table.getOrDefault(group, List.of()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static void requireScope(String prefix, List<String> names) {
    try {
      new ModelScope(names);
    } catch (IllegalArgumentException e) {
      throw new StartRefused(prefix + ".models: " + e.getMessage());
    }
  }

  private static Map<String, List<String>> table(String property, List<String> entries) {
    Map<String, List<String>> table = new LinkedHashMap<>();
    for (String entry : entries) {
      int equals = entry.lastIndexOf('=');
      if (equals <= 0 || equals == entry.length() - 1) {
        throw new StartRefused(property + ": expected group=…, found " + entry);
      }
      table
          .computeIfAbsent(entry.substring(0, equals).strip(), _ -> new ArrayList<>())
          .add(entry.substring(equals + 1).strip());
    }
    return table;
  }
}
