package io.slipway.console;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The route that serves the console's scripts and style sheet.
@Path("/console/assets/{build}/{name}")
@Produces(MediaType.WILDCARD)
@NonBlocking
public class AssetFiles {
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final Assets assets;

  AssetFiles(Assets assets) {
    this.assets = assets;
  }

  @GET
  @Operation(hidden = true)
  public Response file(@PathParam("build") String build, @PathParam("name") String name) {
    Assets.Asset asset = assets.find(name);
    if (asset == null) {
      return Response.status(Response.Status.NOT_FOUND).build();
    }
    // While replicas are upgraded, a page of another build may ask: serve ours, but uncached.
    boolean same = build.equals(assets.build());
    return Response.ok(asset.bytes(), asset.type())
        .header(HttpHeaders.CACHE_CONTROL, same ? FOR_EVER : "no-cache")
        .build();
  }
}
