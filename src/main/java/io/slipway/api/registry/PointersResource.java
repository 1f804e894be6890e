package io.slipway.api.registry;

import io.slipway.api.Headers;
import io.slipway.registry.AliasChange;
import io.slipway.registry.AliasMoved;
import io.slipway.registry.CallDeadline;
import io.slipway.registry.Model;
import io.slipway.registry.Promotion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.Rollback;
import io.slipway.registry.Stage;
import io.slipway.registry.StageMoved;
import io.slipway.registry.WithinDeadline;
import io.slipway.security.Identity;
import io.slipway.security.gate.Callers;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.replica.Followers;
import io.slipway.serving.replica.ReplicaConfig;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Stages and aliases. They use platform threads: with virtual threads, each answer of the
/// database wakes two more threads, which on a busy machine makes a rollback half as slow again.
@Path("/api/v1/models/{model}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@WithinDeadline
public class PointersResource {
  private final Registry registry;
  private final Callers callers;
  private final Promotions promotions;
  private final Followers followers;
  private final ReplicaConfig replicas;

  PointersResource(
      Registry registry,
      Callers callers,
      Promotions promotions,
      Followers followers,
      ReplicaConfig replicas) {
    this.followers = followers;
    this.replicas = replicas;
    this.callers = callers;
    this.registry = registry;
    this.promotions = promotions;
  }

  @GET
  @Path("/stages/{stage}")
  public Response stage(@PathParam("model") String name, @PathParam("stage") String stage) {
    Model model = registry.find(name);
    for (Stage held : model.stages()) {
      if (held.name().equalsIgnoreCase(stage)) {
        return Response.ok(PointerViews.StageView.of(held))
            .header(HttpHeaders.ETAG, Headers.etag(model.revision()))
            .build();
      }
    }
    throw new Refusal.NotFound("nothing is in " + stage + " of " + name);
  }

  /// Promotes a version to a stage.
  @PUT
  @Path("/stages/{stage}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response promote(
      @PathParam("model") String model,
      @PathParam("stage") String stage,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    JsonBody json = JsonBody.object(body, "version", "reason");
    return answer(
        promotions.promote(
            new Promotion(
                model,
                stage,
                json.number("version"),
                json.text("reason"),
                Headers.ifMatch(headers),
                Headers.caller(headers, callers.of(rc)))),
        headers);
  }

  @POST
  @Path("/stages/{stage}/rollback")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response rollback(
      @PathParam("model") String model,
      @PathParam("stage") String stage,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    JsonBody json = JsonBody.objectOrNothing(body, "reason", "to", "from");
    return answer(
        promotions.rollback(
            new Rollback(
                model,
                stage,
                json.optionalNumber("to"),
                json.optionalNumber("from"),
                json.text("reason"),
                Headers.ifMatch(headers),
                Headers.caller(headers, callers.of(rc)))),
        headers);
  }

  @PUT
  @Path("/aliases/{alias}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response alias(
      @PathParam("model") String model,
      @PathParam("alias") String alias,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    JsonBody json = JsonBody.object(body, "version", "reason");
    return alias(
        model, alias, json.number("version"), json.text("reason"), headers, callers.of(rc));
  }

  @DELETE
  @Path("/aliases/{alias}")
  public Response removeAlias(
      @PathParam("model") String model,
      @PathParam("alias") String alias,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return alias(model, alias, null, null, headers, callers.of(rc));
  }

  private Response alias(
      String model,
      String alias,
      @Nullable Integer version,
      @Nullable String reason,
      HttpHeaders headers,
      Identity identity) {
    AliasMoved moved =
        promotions.alias(
            new AliasChange(
                model,
                alias,
                version,
                reason,
                Headers.ifMatch(headers),
                Headers.caller(headers, identity)));
    return Response.ok(
            new PointerViews.AliasView(
                moved.model(), moved.alias(), moved.version(), moved.previous(), moved.revision()))
        .header(HttpHeaders.ETAG, Headers.etag(moved.revision()))
        .build();
  }

  /// Waits until the other replicas serve the committed move, for as long as the call may take,
  /// unless the caller prefers not to wait, and answers.
  private Response answer(Promotions.Activated activated, HttpHeaders headers) {
    StageMoved moved = activated.move();
    boolean async = Headers.prefersAsync(headers);
    Followers.Following following =
        followers.await(
            moved, async ? Duration.ZERO : CallDeadline.atMost(replicas.followTimeout()));
    Response.ResponseBuilder answer = Response.status(async ? 202 : 200);
    if (async) {
      answer.header("Preference-Applied", Headers.RESPOND_ASYNC);
    }
    return answer
        .entity(
            new PointerViews.Moved(
                moved.model(),
                moved.stage(),
                moved.version(),
                moved.previous(),
                moved.revision(),
                moved.at(),
                moved.moved(),
                activated.activatedIn().toMillis(),
                ReplicaViews.FollowingView.of(following)))
        .header(HttpHeaders.ETAG, Headers.etag(moved.revision()))
        .build();
  }
}
