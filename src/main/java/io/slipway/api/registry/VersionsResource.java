package io.slipway.api.registry;

import io.slipway.api.Headers;
import io.slipway.api.Limits;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registration;
import io.slipway.registry.Registry;
import io.slipway.registry.Upload;
import io.slipway.registry.Uploads;
import io.slipway.registry.VersionDetail;
import io.slipway.registry.WithinDeadline;
import io.slipway.security.Identity;
import io.slipway.security.gate.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
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
import org.jspecify.annotations.Nullable;

/// Versions of a model.
@Path("/api/v1/models/{model}/versions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class VersionsResource {
  private final Registry registry;
  private final Uploads uploads;
  private final Callers callers;

  VersionsResource(Registry registry, Uploads uploads, Callers callers) {
    this.uploads = uploads;
    this.callers = callers;
    this.registry = registry;
  }

  /// Registers a bundle, streamed; with `kind=files` any files.
  @POST
  @Consumes("application/zip")
  public Response publish(
      @PathParam("model") String model,
      @QueryParam("dry_run") @DefaultValue("false") String dryRun,
      @QueryParam("kind") @DefaultValue("bundle") String kind,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return streamed(model, body, archive(kind), dryRun, headers, callers.of(rc));
  }

  /// Registers a bare model file.
  @POST
  @Consumes("application/onnx")
  public Response publishOnnx(
      @PathParam("model") String model,
      @QueryParam("dry_run") @DefaultValue("false") String dryRun,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return streamed(model, body, Upload.Kind.ONNX, dryRun, headers, callers.of(rc));
  }

  private static Upload.Kind archive(String kind) {
    return switch (kind) {
      case "bundle" -> Upload.Kind.ZIP;
      case "files" -> Upload.Kind.FILES;
      default ->
          throw new Refusal.Malformed("kind: expected bundle or files, found \"" + kind + "\"");
    };
  }

  /// Registers an upload in parts, see [UploadsResource], or a version whose content is elsewhere.
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response publishParts(
      @PathParam("model") String model,
      @QueryParam("dry_run") @DefaultValue("false") String dryRun,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    JsonBody json = JsonBody.object(body, "upload", "kind", "source", "description");
    Caller caller = Headers.caller(headers, callers.of(rc));
    if ("external".equals(json.text("kind"))) {
      return external(model, json, Limits.flag("dry_run", dryRun), caller);
    }
    String id = json.text("upload");
    if (id == null || json.text("kind") != null || json.text("source") != null) {
      throw new Refusal.InvalidValue(
          "/upload", "expected the id of an upload, or \"kind\": \"external\" with a \"source\"");
    }
    return register(
        Upload.inParts(uploads.find(model, id, caller), Limits.flag("dry_run", dryRun), caller));
  }

  @GET
  @WithinDeadline
  public VersionViews.Versions list(
      @PathParam("model") String model,
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @DefaultValue(Limits.PAGE) String limit) {
    Page<ModelVersion> page = registry.versions(model, pageToken, Limits.page(limit));
    return new VersionViews.Versions(
        page.items().stream().map(VersionViews.VersionView::of).toList(), page.nextPageToken());
  }

  @GET
  @Path("/{version}")
  @WithinDeadline
  public Response get(@PathParam("model") String model, @PathParam("version") int version) {
    VersionDetail detail = registry.detail(model, version);
    return Response.ok(VersionViews.VersionDetailView.of(detail))
        .header(HttpHeaders.ETAG, Headers.etag(detail.revision()))
        .build();
  }

  @PATCH
  @Path("/{version}")
  @Consumes({MediaType.APPLICATION_JSON, ModelsResource.MERGE_PATCH})
  @WithinDeadline
  public VersionViews.VersionView patch(
      @PathParam("model") String model,
      @PathParam("version") int version,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return VersionViews.VersionView.of(
        registry.patch(
            model,
            version,
            JsonBody.read(body),
            Headers.ifMatch(headers),
            Headers.caller(headers, callers.of(rc))));
  }

  @DELETE
  @Path("/{version}")
  @WithinDeadline
  public void delete(
      @PathParam("model") String model,
      @PathParam("version") int version,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    registry.delete(
        model, version, Headers.ifMatch(headers), Headers.caller(headers, callers.of(rc)));
  }

  private Response streamed(
      String model,
      InputStream body,
      Upload.Kind kind,
      String dryRun,
      HttpHeaders headers,
      Identity identity) {
    return register(
        Upload.streamed(
            model,
            body,
            kind,
            Limits.flag("dry_run", dryRun),
            Headers.reprDigest(headers),
            Headers.caller(headers, identity)));
  }

  private Response external(String model, JsonBody json, boolean dryRun, Caller caller) {
    if (dryRun || json.text("upload") != null) {
      throw new Refusal.InvalidValue(
          dryRun ? "" : "/upload", "an external version has no content here that could be checked");
    }
    return answer(
        model, registry.external(model, json.text("source"), json.text("description"), caller));
  }

  private Response register(Upload upload) {
    return answer(upload.model(), registry.register(upload));
  }

  private static Response answer(String model, Registration registration) {
    return switch (registration) {
      case Registration.Created created ->
          Response.created(place(created.version()))
              .header(HttpHeaders.ETAG, Headers.etag(created.revision()))
              .entity(VersionViews.VersionView.of(created.version()))
              .build();
      case Registration.Existing existing ->
          Response.ok(VersionViews.VersionView.of(existing.version()))
              .header(HttpHeaders.CONTENT_LOCATION, place(existing.version()))
              .build();
      case Registration.Checked checked ->
          Response.ok(
                  new VersionViews.DryRun(
                      model,
                      true,
                      checked.digest().toString(),
                      checked.report().examples(),
                      checked.report().maxDifference(),
                      checked.report().millis(),
                      VersionViews.SharingView.of(checked.report().sharing()),
                      checked.report().signatureJson(),
                      checked.report().untried(),
                      checked.report().optimization(),
                      checked.report().remarks()))
              .build();
      case Registration.Readable readable ->
          Response.ok(
                  new VersionViews.FilesDryRun(
                      model, true, "files", readable.digest().toString(), readable.files()))
              .build();
    };
  }

  private static URI place(ModelVersion version) {
    return URI.create("/api/v1/models/" + version.model() + "/versions/" + version.number());
  }
}
