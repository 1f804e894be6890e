package io.slipway.api.registry;

import io.slipway.api.Limits;
import io.slipway.api.MediaType;
import io.slipway.registry.AuditEntry;
import io.slipway.registry.Registry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.StreamingOutput;
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

  AuditResource(Registry registry) {
    this.registry = registry;
  }

  @GET
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
}
