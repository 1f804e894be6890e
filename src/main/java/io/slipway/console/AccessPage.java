package io.slipway.console;

import io.slipway.registry.AccessKey;
import io.slipway.security.Permission;
import io.slipway.security.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The page of access keys.
///
/// @param all whether revoked keys are included
/// @param exposed whether the configuration opens the service to anyone who can reach it
/// @param older the URL of the next page, with older keys; null on the last one
public record AccessPage(List<Row> keys, boolean all, boolean exposed, @Nullable String older) {

  /// @param expired whether its expiry has passed
  public record Row(AccessKey key, boolean expired) {
    static Row of(AccessKey key, Instant now) {
      Instant end = key.expiresAt();
      return new Row(key, end != null && !end.isAfter(now));
    }

    /// Whether the key no longer works.
    public boolean ended() {
      return expired || key.revokedAt() != null;
    }

    public boolean allModels() {
      return key.models().contains("*");
    }
  }

  /// A role and the names of its permissions.
  public record Choice(String name, String may) {}

  public List<Choice> roles() {
    return Arrays.stream(Role.values())
        .map(
            role ->
                new Choice(
                    role.lower(),
                    role.permissions().stream()
                        .sorted()
                        .map(Permission::lower)
                        .collect(Collectors.joining(", "))))
        .toList();
  }
}
