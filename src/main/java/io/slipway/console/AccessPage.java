package io.slipway.console;

import io.slipway.registry.AccessKey;
import io.slipway.security.Permission;
import io.slipway.security.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who may call.
///
/// @param all whether keys that are revoked are among them
/// @param exposed whether everybody who reaches the service is let in, as the configuration says
/// @param older the address of older keys; null where there are none
public record AccessPage(List<Row> keys, boolean all, boolean exposed, @Nullable String older) {

  /// @param expired whether its time is over
  public record Row(AccessKey key, boolean expired) {
    static Row of(AccessKey key, Instant now) {
      Instant end = key.expiresAt();
      return new Row(key, end != null && !end.isAfter(now));
    }

    /// Whether it opens nothing any more.
    public boolean ended() {
      return expired || key.revokedAt() != null;
    }

    public boolean allModels() {
      return key.models().contains("*");
    }
  }

  /// A role, and what it may.
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
