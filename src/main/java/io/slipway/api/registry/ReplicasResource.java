package io.slipway.api.registry;

import io.slipway.registry.Replicas;
import io.slipway.registry.WithinDeadline;
import io.slipway.serving.replica.ThisReplica;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// The replicas of this registry, with the versions that each serves.
@Path("/api/v1/replicas")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@WithinDeadline
public class ReplicasResource {
  private final Replicas replicas;
  private final ThisReplica self;

  ReplicasResource(Replicas replicas, ThisReplica self) {
    this.replicas = replicas;
    this.self = self;
  }

  @GET
  public ReplicaViews.ReplicasView replicas() {
    return ReplicaViews.ReplicasView.of(replicas.all(), self.id());
  }
}
