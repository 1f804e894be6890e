package io.slipway.api.registry;

import io.slipway.api.Limits;
import io.slipway.api.MediaType;
import io.slipway.registry.Registry;
import io.slipway.registry.WithinDeadline;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/// The history of a model, newest first.
@Path("/api/v1/models/{model}/history")
@Produces(MediaType.JSON)
@RunOnVirtualThread
@WithinDeadline
public class HistoryResource {
  private final Registry registry;

  HistoryResource(Registry registry) {
    this.registry = registry;
  }

  @GET
  public AuditViews.Audit history(
      @PathParam("model") String model,
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @DefaultValue(Limits.PAGE) String limit) {
    return AuditViews.Audit.of(registry.history(model, pageToken, Limits.page(limit)));
  }
}
