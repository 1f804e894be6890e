package io.slipway.api.registry;

import io.slipway.api.Headers;
import io.slipway.bundle.Digest;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Registry;
import io.slipway.registry.StoredFile;
import io.slipway.registry.VersionDetail;
import io.slipway.registry.WithinDeadline;
import io.slipway.serving.load.Graphs;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The immutable content of a version. Files are untrusted: browsers are told to download them, or
/// to show only harmless types.
@Path("/api/v1/models/{model}/versions/{version}")
@RunOnVirtualThread
@WithinDeadline
public class ContentResource {
  private static final String ZIP = "application/zip";
  private static final Map<String, String> HARMLESS =
      Map.of(
          "json", "application/json",
          "jsonl", "application/x-ndjson",
          "txt", "text/plain;charset=UTF-8",
          "md", "text/plain;charset=UTF-8",
          "csv", "text/plain;charset=UTF-8",
          "yaml", "text/plain;charset=UTF-8",
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "gif", "image/gif");

  private final Registry registry;
  private final Graphs graphs;

  ContentResource(Registry registry, Graphs graphs) {
    this.registry = registry;
    this.graphs = graphs;
  }

  /// The archive as registered.
  @GET
  @Path("/bundle")
  @Produces(ZIP)
  public Response bundle(
      @PathParam("model") String model,
      @PathParam("version") int number,
      @Context HttpHeaders headers) {
    ModelVersion version = registry.find(model, number);
    java.nio.file.Path archive = registry.archive(version);
    Digest blob = Objects.requireNonNull(version.blob());
    String tag = "\"" + blob + "\"";
    if (tag.equals(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH))) {
      return Response.notModified().header(HttpHeaders.ETAG, tag).build();
    }
    return Response.ok(archive.toFile(), ZIP)
        .header(HttpHeaders.ETAG, tag)
        .header(Headers.REPR_DIGEST, blob.inHeader())
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"" + model + "-" + number + ".zip\"")
        .build();
  }

  /// One file, verified.
  @GET
  @Path("/files/{path:.+}")
  @Produces(MediaType.WILDCARD)
  public Response file(
      @PathParam("model") String model,
      @PathParam("version") int number,
      @PathParam("path") String path,
      @Context HttpHeaders headers) {
    StoredFile file = registry.file(model, number, path);
    String tag = "\"" + file.digest() + "\"";
    if (tag.equals(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH))) {
      file.close();
      return Response.notModified().header(HttpHeaders.ETAG, tag).build();
    }
    StreamingOutput output =
        out -> {
          try (file) {
            file.copyTo(out);
          }
        };
    String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = HARMLESS.get(extension);
    return Response.ok(output, type == null ? MediaType.APPLICATION_OCTET_STREAM : type)
        .header(HttpHeaders.ETAG, tag)
        .header(Headers.REPR_DIGEST, file.digest().inHeader())
        .header(HttpHeaders.CONTENT_DISPOSITION, type == null ? "attachment" : "inline")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .build();
  }

  /// The summary of the model's graph.
  @GET
  @Path("/graph")
  @Produces(MediaType.APPLICATION_JSON)
  public VersionViews.GraphView graph(
      @PathParam("model") String model, @PathParam("version") int number) {
    return VersionViews.GraphView.of(model, number, graphs.of(model, number));
  }

  /// The origin of the version, and its use since.
  @GET
  @Path("/lineage")
  @Produces(MediaType.APPLICATION_JSON)
  public VersionViews.LineageView lineage(
      @PathParam("model") String model, @PathParam("version") int number) {
    VersionDetail detail = registry.detail(model, number);
    List<AuditEntry> history = registry.history(model, number);
    return VersionViews.LineageView.of(detail, history);
  }
}
