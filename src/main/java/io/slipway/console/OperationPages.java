package io.slipway.console;

import io.slipway.registry.AuditEntry;
import io.slipway.registry.Page;
import io.slipway.registry.Registry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The pages that are not about one model: latency, publishing, audit log, this replica.
@Path("/console")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class OperationPages {
  private static final int ENTRIES = 50;

  private final Pages pages;
  private final Registry registry;
  private final Latency latency;
  private final Replica replica;

  OperationPages(Pages pages, Registry registry, Latency latency, Replica replica) {
    this.pages = pages;
    this.registry = registry;
    this.latency = latency;
    this.replica = replica;
  }

  @GET
  @Path("/latency")
  @Operation(hidden = true)
  public Response latency(@QueryParam("model") @Nullable String model) {
    String chosen = chosen(model);
    return pages.page("latency", shell -> Templates.latency(shell, latency.page(chosen)));
  }

  private static @Nullable String chosen(@Nullable String model) {
    return model == null || model.isBlank() ? null : model.strip();
  }

  @GET
  @Path("/publish")
  @Operation(hidden = true)
  public Response publish(@QueryParam("model") @Nullable String model) {
    String name = model == null ? "" : model;
    return pages.page("publish", shell -> Templates.publish(shell, name));
  }

  @GET
  @Path("/audit")
  @Operation(hidden = true)
  public Response audit(
      @QueryParam("model") @Nullable String model,
      @QueryParam("page_token") @Nullable String pageToken) {
    String chosen = chosen(model);
    return pages.page(
        "audit",
        shell -> {
          Page<AuditEntry> page =
              chosen == null
                  ? registry.audit(pageToken, ENTRIES)
                  : registry.history(chosen, pageToken, ENTRIES);
          return Templates.audit(
              shell, new AuditPage(chosen, page.items(), older(chosen, page.nextPageToken())));
        });
  }

  private static @Nullable String older(@Nullable String model, @Nullable String token) {
    if (token == null) {
      return null;
    }
    UriBuilder older = UriBuilder.fromPath("/console/audit").queryParam("page_token", token);
    return (model == null ? older : older.queryParam("model", model)).build().toString();
  }

  @GET
  @Path("/system")
  @Operation(hidden = true)
  public Response system() {
    return pages.page("system", shell -> Templates.system(shell, replica.page(shell)));
  }
}
