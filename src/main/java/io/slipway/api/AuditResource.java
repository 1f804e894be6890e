package io.slipway.api;

import io.slipway.registry.Registry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/// The whole history, newest first.
@Path("/api/v1/audit")
@Produces(MediaType.JSON)
@RunOnVirtualThread
public class AuditResource {
  private final Registry registry;

  AuditResource(Registry registry) {
    this.registry = registry;
  }

  @GET
  public Views.Audit audit(
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @Nullable String limit) {
    return Views.Audit.of(registry.audit(pageToken, Limits.page(limit)));
  }
}
