package io.slipway.api.registry;

import io.slipway.api.Headers;
import io.slipway.registry.PredictionIdKey;
import io.slipway.registry.PredictionIdKeys;
import io.slipway.registry.WithinDeadline;
import io.slipway.security.gate.Callers;
import io.slipway.serving.id.PredictionIds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/// The keys of prediction ids, without their secrets.
@Path("/api/v1/prediction-id-keys")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@WithinDeadline
public class PredictionIdKeysResource {
  private final PredictionIdKeys keys;
  private final PredictionIds ids;
  private final Callers callers;

  PredictionIdKeysResource(PredictionIdKeys keys, PredictionIds ids, Callers callers) {
    this.keys = keys;
    this.ids = ids;
    this.callers = callers;
  }

  /// The keys, newest first.
  @GET
  public PredictionIdViews.IdKeysView list() {
    return PredictionIdViews.IdKeysView.of(keys.all(), ids.making());
  }

  /// Creates a new key.
  @POST
  public Response rotate(
      InputStream body, @Context HttpHeaders headers, @Context RoutingContext rc) {
    JsonBody json = JsonBody.objectOrNothing(body, "reason");
    PredictionIdKey made =
        keys.rotate(json.text("reason"), Headers.caller(headers, callers.of(rc))).getFirst();
    return Response.status(Response.Status.CREATED)
        .entity(PredictionIdViews.IdKeyView.of(made, ids.making()))
        .build();
  }
}
