package io.slipway.api.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.api.Headers;
import io.slipway.api.Limits;
import io.slipway.registry.Model;
import io.slipway.registry.ModelQuery;
import io.slipway.registry.Page;
import io.slipway.registry.Registry;
import io.slipway.registry.WithinDeadline;
import io.slipway.security.Permission;
import io.slipway.security.gate.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Models.
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@WithinDeadline
public class ModelsResource {
  static final String MERGE_PATCH = "application/merge-patch+json";

  private final Registry registry;
  private final Callers callers;

  ModelsResource(Registry registry, Callers callers) {
    this.callers = callers;
    this.registry = registry;
  }

  @GET
  public ModelViews.Models list(
      @QueryParam("q") @Nullable String q,
      @QueryParam("tag") List<String> tags,
      @QueryParam("stage") @Nullable String stage,
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @DefaultValue(Limits.PAGE) String limit,
      @Context RoutingContext rc) {
    List<String> names = callers.of(rc).scope().models();
    Page<Model> page =
        registry.list(new ModelQuery(q, tags, stage, names, pageToken, Limits.page(limit)));
    return new ModelViews.Models(
        page.items().stream().map(ModelViews.ModelView::of).toList(), page.nextPageToken());
  }

  @GET
  @Path("/{model}")
  public Response get(@PathParam("model") String model) {
    return answer(registry.find(model));
  }

  /// Two versions and their differences.
  @GET
  @Path("/{model}/compare")
  public VersionViews.ComparisonView compare(
      @PathParam("model") String model, @QueryParam("versions") @Nullable String versions) {
    int[] pair = Limits.pair(versions);
    return VersionViews.ComparisonView.of(registry.compare(model, pair[0], pair[1]));
  }

  @PATCH
  @Path("/{model}")
  @Consumes({MediaType.APPLICATION_JSON, MERGE_PATCH})
  public Response patch(
      @PathParam("model") String model,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    JsonNode patch = JsonBody.read(body);
    if (patch.has("policy")) {
      // The policy restricts those who may change the rest, so only administrators may change it.
      callers.of(rc).require(Permission.ADMINISTER, model);
    }
    return answer(
        registry.patch(
            model, patch, Headers.ifMatch(headers), Headers.caller(headers, callers.of(rc))));
  }

  @DELETE
  @Path("/{model}")
  public void delete(
      @PathParam("model") String model,
      @QueryParam("force") @DefaultValue("false") String force,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    boolean served = Limits.flag("force", force);
    if (served) {
      callers.of(rc).require(Permission.ADMINISTER, model);
    }
    registry.delete(
        model, served, Headers.ifMatch(headers), Headers.caller(headers, callers.of(rc)));
  }

  private static Response answer(Model model) {
    return Response.ok(ModelViews.ModelView.of(model))
        .header(HttpHeaders.ETAG, Headers.etag(model.revision()))
        .build();
  }
}
