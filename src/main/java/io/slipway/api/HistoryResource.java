package io.slipway.api;

import io.slipway.registry.AuditEntry;
import io.slipway.registry.Page;
import io.slipway.registry.Registry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/// Who changed what, newest first.
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class HistoryResource {
  private final Registry registry;

  HistoryResource(Registry registry) {
    this.registry = registry;
  }

  @GET
  @Path("/models/{model}/history")
  public Views.Audit history(
      @PathParam("model") String model,
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @Nullable String limit) {
    return answer(registry.history(model, pageToken, Limits.page(limit)));
  }

  @GET
  @Path("/audit")
  public Views.Audit audit(
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @Nullable String limit) {
    return answer(registry.audit(pageToken, Limits.page(limit)));
  }

  private static Views.Audit answer(Page<AuditEntry> page) {
    return new Views.Audit(
        page.items().stream().map(Views.AuditView::of).toList(), page.nextPageToken());
  }
}
