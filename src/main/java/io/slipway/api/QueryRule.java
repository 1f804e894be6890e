package io.slipway.api;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/// Refuses what the query of one call of the registry's API says beyond what the call declares.
record QueryRule(QueryParameters known) implements ContainerRequestFilter {
  @Override
  public void filter(ContainerRequestContext request) {
    known.require(CDI.current().select(CurrentVertxRequest.class).get().getCurrent().request());
  }
}
