package io.slipway.api.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.api.Headers;
import io.slipway.bundle.Digest;
import io.slipway.registry.Caller;
import io.slipway.registry.PartialUpload;
import io.slipway.registry.Refusal;
import io.slipway.registry.Upload;
import io.slipway.registry.Uploads;
import io.slipway.security.gate.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Resumable uploads in parts. A caller sees only their own. When an upload is complete,
/// `POST …/versions` with `{"upload": id}` registers it.
@Path("/api/v1/models/{model}/uploads")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class UploadsResource {
  /// An archive of files that are only kept.
  static final String FILES = "application/zip;kind=files";

  private static final String OFFSET = "Upload-Offset";

  private final Uploads uploads;
  private final Callers callers;

  UploadsResource(Uploads uploads, Callers callers) {
    this.uploads = uploads;
    this.callers = callers;
  }

  /// The members are those of [PartialUpload].
  @JsonNaming(SnakeCaseStrategy.class)
  record UploadView(
      String id,
      String model,
      String type,
      long size,
      long offset,
      @Nullable String digest,
      Instant expiresAt) {
    static UploadView of(PartialUpload upload) {
      return new UploadView(
          upload.id(),
          upload.model(),
          mediaType(upload.kind()),
          upload.size(),
          upload.offset(),
          upload.expected() == null ? null : upload.expected().toString(),
          upload.expiresAt());
    }
  }

  record UploadList(List<UploadView> uploads) {}

  private static String mediaType(Upload.Kind kind) {
    return switch (kind) {
      case ZIP -> "application/zip";
      case FILES -> FILES;
      case ONNX -> "application/onnx";
    };
  }

  /// Starts an upload of `size` bytes.
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response begin(
      @PathParam("model") String model,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    JsonBody json = JsonBody.object(body, "size", "type", "digest");
    PartialUpload upload =
        uploads.begin(
            model,
            kind(json.text("type")),
            json.big("size"),
            digest(json.text("digest")),
            caller(headers, rc));
    return Response.created(URI.create("/api/v1/models/" + model + "/uploads/" + upload.id()))
        .entity(UploadView.of(upload))
        .build();
  }

  private static Upload.Kind kind(@Nullable String type) {
    for (Upload.Kind kind : Upload.Kind.values()) {
      if (type == null || mediaType(kind).equals(type)) {
        return kind;
      }
    }
    throw new Refusal.InvalidValue(
        "/type", "expected application/zip, application/onnx or " + FILES);
  }

  private static @Nullable Digest digest(@Nullable String text) {
    try {
      return text == null ? null : new Digest(text.replaceFirst("^sha256:", ""));
    } catch (IllegalArgumentException e) {
      throw new Refusal.InvalidValue("/digest", "expected sha256: and 64 hexadecimal digits");
    }
  }

  @GET
  public UploadList list(
      @PathParam("model") String model, @Context HttpHeaders headers, @Context RoutingContext rc) {
    return new UploadList(
        uploads.list(model, caller(headers, rc)).stream().map(UploadView::of).toList());
  }

  @GET
  @Path("/{id}")
  public UploadView get(
      @PathParam("model") String model,
      @PathParam("id") String id,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return UploadView.of(uploads.find(model, id, caller(headers, rc)));
  }

  /// Appends the body; answers when it is on disk.
  @PATCH
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  public UploadView append(
      @PathParam("model") String model,
      @PathParam("id") String id,
      @HeaderParam(OFFSET) @Nullable String offset,
      InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    return UploadView.of(uploads.append(model, id, offset(offset), body, caller(headers, rc)));
  }

  private static long offset(@Nullable String offset) {
    if (offset == null || !offset.matches("[0-9]{1,18}")) {
      throw new Refusal.Malformed(OFFSET + " must be the position of the part, in bytes");
    }
    return Long.parseLong(offset);
  }

  @DELETE
  @Path("/{id}")
  public void abandon(
      @PathParam("model") String model,
      @PathParam("id") String id,
      @Context HttpHeaders headers,
      @Context RoutingContext rc) {
    uploads.abandon(model, id, caller(headers, rc));
  }

  private Caller caller(HttpHeaders headers, RoutingContext rc) {
    return Headers.caller(headers, callers.of(rc));
  }
}
