package io.slipway.console;

import io.slipway.registry.AccessKey;
import io.slipway.registry.Page;
import io.slipway.security.AccessConfig;
import io.slipway.security.KeyIssuer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The pages about access keys. They require the role of an administrator.
@Path("/console")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class AccessPages {
  private static final String ACCESS = "access";
  private static final int ROWS = 50;

  private final Pages pages;
  private final KeyIssuer issuer;
  private final AccessConfig config;

  AccessPages(Pages pages, KeyIssuer issuer, AccessConfig config) {
    this.pages = pages;
    this.issuer = issuer;
    this.config = config;
  }

  @GET
  @Path("/access")
  @Operation(hidden = true)
  public Response keys(
      @QueryParam("all") @DefaultValue("false") String all,
      @QueryParam("page_token") @Nullable String pageToken) {
    boolean revoked = all.equals("true");
    return pages.page(
        ACCESS,
        shell -> {
          Page<AccessKey> page = issuer.list(revoked, pageToken, ROWS);
          return Templates.access(
              shell,
              new AccessPage(
                  page.items().stream().map(key -> AccessPage.Row.of(key, shell.now())).toList(),
                  revoked,
                  config.openToAnyone(),
                  older(revoked, page.nextPageToken())));
        });
  }

  private static @Nullable String older(boolean all, @Nullable String token) {
    return token == null
        ? null
        : UriBuilder.fromPath("/console/access")
            .queryParam("all", all)
            .queryParam("page_token", token)
            .build()
            .toString();
  }

  @GET
  @Path("/access/{id}/revoke")
  @Operation(hidden = true)
  public Response revoke(@PathParam("id") String id) {
    return pages.page(ACCESS, shell -> Templates.revoke(shell, issuer.find(id)));
  }
}
