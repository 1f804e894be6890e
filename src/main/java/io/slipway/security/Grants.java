package io.slipway.security;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the groups of a person permit: roles, and models that they are for, as with a key. A group
/// that is not named here permits nothing.
@Singleton
public final class Grants {
  private static final int LONGEST_NAME = 200;

  private final Map<String, List<String>> roles;
  private final Map<String, List<String>> models;

  @Inject
  Grants(OidcConfig config) {
    this.roles = table("slipway.oidc.roles", config.roles().orElse(List.of()));
    this.models = table("slipway.oidc.models", config.models().orElse(List.of()));
    roles
        .values()
        .forEach(
            all ->
                all.stream()
                    .filter(name -> Role.named(name).isEmpty())
                    .forEach(
                        name -> {
                          throw new StartRefused("slipway.oidc.roles: there is no role " + name);
                        }));
    models.values().forEach(Grants::requireScope);
    if (config.issuer().isPresent() && roles.isEmpty()) {
      throw new StartRefused(
          "slipway.oidc.issuer is set, and slipway.oidc.roles gives no group a role, so that nobody"
              + " could do anything: name some, such as ml-release=promoter");
    }
  }

  /// Who `name` is by `groups`; empty where none of them has a role.
  public Optional<Identity> identity(String name, Collection<String> groups) {
    List<String> granted = of(roles, groups);
    if (granted.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = of(models, groups);
    Scope scope = models.isEmpty() ? Scope.ALL : names.isEmpty() ? Scope.NONE : new Scope(names);
    return Optional.of(new Identity(actor(name), Role.permitted(granted), scope));
  }

  /// Told apart from the names of keys, so that nobody is taken for one.
  private static String actor(String name) {
    String clean =
        name.codePoints()
            .filter(c -> !Character.isISOControl(c))
            .limit(LONGEST_NAME)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return "oidc:" + clean;
  }

  private static List<String> of(Map<String, List<String>> table, Collection<String> groups) {
    return Set.copyOf(groups).stream()
        .flatMap(group -> table.getOrDefault(group, List.of()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static void requireScope(List<String> names) {
    try {
      new Scope(names);
    } catch (IllegalArgumentException e) {
      throw new StartRefused("slipway.oidc.models: " + e.getMessage());
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
