package io.slipway.api;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/// A request filter for one call of the registry's API. It refuses query parameters that the call
/// does not declare.
record QueryRule(QueryParameters known) implements ContainerRequestFilter {
  @Override
  public void filter(ContainerRequestContext request) {
    known.require(CDI.current().select(CurrentVertxRequest.class).get().getCurrent().request());
  }
}
