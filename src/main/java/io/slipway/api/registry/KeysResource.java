package io.slipway.api.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.api.Headers;
import io.slipway.api.Limits;
import io.slipway.registry.AccessKey;
import io.slipway.registry.Page;
import io.slipway.registry.WithinDeadline;
import io.slipway.security.KeyIssuer;
import io.slipway.security.gate.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Access keys. Only the answer that creates a key contains its secret.
@Path("/api/v1/keys")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@WithinDeadline
public class KeysResource {
  private static final List<String> ALL_MODELS = List.of("*");

  private final KeyIssuer issuer;
  private final Callers callers;

  KeysResource(KeyIssuer issuer, Callers callers) {
    this.issuer = issuer;
    this.callers = callers;
  }

  /// The members are those of [AccessKey]. `key` is the whole key with its secret, present only
  /// if the key was just created.
  @JsonNaming(SnakeCaseStrategy.class)
  record KeyView(
      String id,
      String name,
      List<String> roles,
      List<String> models,
      @Nullable Integer rate,
      @Nullable Integer burst,
      Instant createdAt,
      String createdBy,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant revokedAt,
      @Nullable String revokedBy,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String key) {

    static KeyView of(AccessKey key, @Nullable String secret) {
      return new KeyView(
          key.id(),
          key.name(),
          key.roles(),
          key.models(),
          key.rate(),
          key.burst(),
          key.createdAt(),
          key.createdBy(),
          key.expiresAt(),
          key.lastUsedAt(),
          key.revokedAt(),
          key.revokedBy(),
          secret);
    }

    /// Without the secret.
    @Override
    public String toString() {
      return "key " + id;
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record Keys(List<KeyView> keys, @Nullable String nextPageToken) {}

  @GET
  public Keys list(
      @QueryParam("all") @DefaultValue("false") String all,
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @DefaultValue(Limits.PAGE) String limit) {
    Page<AccessKey> page = issuer.list(Limits.flag("all", all), pageToken, Limits.page(limit));
    return new Keys(
        page.items().stream().map(key -> KeyView.of(key, null)).toList(), page.nextPageToken());
  }

  @GET
  @Path("/{id}")
  public KeyView get(@PathParam("id") String id) {
    return KeyView.of(issuer.find(id), null);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      InputStream body, @Context HttpHeaders headers, @Context RoutingContext rc) {
    JsonBody json = JsonBody.object(body, "name", "roles", "models", "rate", "burst", "expires_at");
    KeyIssuer.Issued issued =
        issuer.issue(
            new KeyIssuer.Wish(
                json.text("name"),
                json.texts("roles", List.of()),
                json.texts("models", ALL_MODELS),
                json.optionalNumber("rate"),
                json.optionalNumber("burst"),
                json.time("expires_at")),
            Headers.caller(headers, callers.of(rc)));
    return Response.created(URI.create("/api/v1/keys/" + issued.key().id()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(KeyView.of(issued.key(), issued.secret()))
        .build();
  }

  /// Revokes a key permanently.
  @DELETE
  @Path("/{id}")
  public KeyView revoke(
      @PathParam("id") String id,
      @QueryParam("reason") @Nullable String reason,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return KeyView.of(issuer.revoke(id, reason, Headers.caller(headers, callers.of(rc))), null);
  }
}
