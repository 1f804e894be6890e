package io.slipway.api.registry;

import io.slipway.api.Headers;
import io.slipway.api.Limits;
import io.slipway.api.MediaType;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.AuditReport;
import io.slipway.registry.AuditVerification;
import io.slipway.registry.Registry;
import io.slipway.registry.WithinDeadline;
import io.slipway.security.gate.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The history of all models, newest first.
@Path("/api/v1/audit")
@Produces(MediaType.JSON)
@RunOnVirtualThread
public class AuditResource {
  private static final String NDJSON = "application/x-ndjson";

  private final Registry registry;
  private final AuditVerification verification;
  private final Callers callers;

  AuditResource(Registry registry, AuditVerification verification, Callers callers) {
    this.registry = registry;
    this.verification = verification;
    this.callers = callers;
  }

  @GET
  @WithinDeadline
  public AuditViews.Audit audit(
      @QueryParam("page_token") @Nullable String pageToken,
      @QueryParam("limit") @DefaultValue(Limits.PAGE) String limit) {
    return AuditViews.Audit.of(registry.audit(pageToken, Limits.page(limit)));
  }

  /// The whole history, oldest first, one entry per line, with the hashes that chain the entries.
  /// With it, anyone can verify that nothing before its end was changed, inserted or left out.
  @GET
  @Path("/export")
  @Produces(NDJSON)
  public StreamingOutput export() {
    return out -> {
      List<AuditEntry> entries = registry.auditAfter(0);
      while (!entries.isEmpty()) {
        for (AuditEntry entry : entries) {
          out.write((entry.line() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        entries = registry.auditAfter(entries.getLast().seq());
      }
    };
  }

  /// Verifies the history, and that the registry is as the history says.
  @GET
  @Path("/verification")
  public AuditViews.VerificationView verify() {
    return AuditViews.VerificationView.of(verification.report());
  }

  /// Accepts on this replica that entries of the history are lost, as after the restore of a
  /// backup.
  @POST
  @Path("/acknowledgements")
  public Response acknowledge(
      InputStream body, @Context HttpHeaders headers, @Context RoutingContext rc) {
    JsonBody json = JsonBody.object(body, "reason");
    AuditReport lost =
        verification.acknowledge(json.text("reason"), Headers.caller(headers, callers.of(rc)));
    return Response.status(Response.Status.CREATED)
        .entity(AuditViews.AcknowledgementView.of(lost))
        .build();
  }
}
