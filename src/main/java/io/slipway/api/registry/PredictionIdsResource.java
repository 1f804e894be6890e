package io.slipway.api.registry;

import io.slipway.registry.PredictionIdNumbers;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.WithinDeadline;
import io.slipway.serving.id.IdContent;
import io.slipway.serving.id.PredictionIds;
import io.slipway.serving.replica.PredictionIdUpkeep;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/// Decodes prediction ids, for administrators. For all other callers ids are opaque.
@Path("/api/v1/prediction-ids")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@WithinDeadline
public class PredictionIdsResource {
  private final PredictionIds ids;
  private final PredictionIdUpkeep upkeep;
  private final PredictionIdNumbers numbers;
  private final Registry registry;

  PredictionIdsResource(
      PredictionIds ids,
      PredictionIdUpkeep upkeep,
      PredictionIdNumbers numbers,
      Registry registry) {
    this.ids = ids;
    this.upkeep = upkeep;
    this.numbers = numbers;
    this.registry = registry;
  }

  @GET
  @Path("/{id}")
  public PredictionIdViews.IdView decode(@PathParam("id") String id) {
    IdContent content = read(id);
    if (content == null) {
      // The key of the id may be newer than this replica's list of keys.
      upkeep.refresh();
      content = read(id);
    }
    if (content == null) {
      throw new Refusal.NotFound(
          "this registry has made no such prediction id: it is forged, changed or cut off, or it"
              + " comes from another registry");
    }
    return PredictionIdViews.IdView.of(
        id,
        content,
        content.version() == 0 ? null : registry.predicting(content.version()),
        numbers.holder(content.replica()));
  }

  private @Nullable IdContent read(String id) {
    return ids.read(id, version -> registry.predicting(version) != null);
  }
}
