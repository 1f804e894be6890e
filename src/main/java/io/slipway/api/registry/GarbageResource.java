package io.slipway.api.registry;

import io.slipway.registry.Garbage;
import io.slipway.registry.Registry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/// Archives in the store that no version needs.
@Path("/api/v1/store/garbage")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class GarbageResource {
  private final Registry registry;

  GarbageResource(Registry registry) {
    this.registry = registry;
  }

  /// The members are those of [Garbage].
  record Archive(String digest, long size, boolean due) {}

  /// @param bytes of all archives
  record Archives(List<Archive> archives, long bytes) {
    static Archives of(List<Garbage> garbage) {
      return new Archives(
          garbage.stream()
              .map(each -> new Archive(each.archive().toString(), each.size(), each.due()))
              .toList(),
          garbage.stream().mapToLong(Garbage::size).sum());
    }
  }

  /// Archives that no version needs; `due` are those that the next collection removes.
  @GET
  public Archives list() {
    return Archives.of(registry.garbage());
  }

  /// Removes the archives that are due, and returns them.
  @DELETE
  public Archives collect() {
    return Archives.of(registry.collect());
  }
}
