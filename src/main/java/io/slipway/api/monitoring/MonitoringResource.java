package io.slipway.api.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Rfc3339;
import io.slipway.monitoring.DriftReports;
import io.slipway.registry.Monitoring;
import io.slipway.registry.Refusal;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// What is known of a model's live objects, and what they are compared with.
@Path("/api/v1/models/{model}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class MonitoringResource {
  private final Monitoring monitoring;
  private final DriftReports reports;

  MonitoringResource(Monitoring monitoring, DriftReports reports) {
    this.monitoring = monitoring;
    this.reports = reports;
  }

  /// The baseline of a version.
  @GET
  @Path("/versions/{version}/baseline")
  public JsonNode baseline(@PathParam("model") String model, @PathParam("version") int version) {
    JsonNode document = monitoring.baseline(model, version).document();
    if (document == null) {
      throw new Refusal.NotFound(
          "version "
              + version
              + " of model "
              + model
              + " has no baseline: its bundle has no reference, or it was registered before"
              + " baselines were made");
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", model)
        .put("version", version)
        .setAll((ObjectNode) document);
  }

  /// Live objects against the baseline.
  @GET
  @Path("/monitoring/drift")
  public JsonNode drift(
      @PathParam("model") String model,
      @QueryParam("version") @Nullable String version,
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to) {
    return reports.drift(model, number(version), time("from", from), time("to", to));
  }

  private static @Nullable Integer number(@Nullable String version) {
    if (version == null || version.isEmpty()) {
      return null;
    }
    if (!version.matches("[1-9][0-9]{0,8}")) {
      throw new Refusal.Malformed("version is the number of a version, such as version=3");
    }
    return Integer.parseInt(version);
  }

  private static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    OffsetDateTime time = Rfc3339.parse(text);
    if (time == null) {
      throw new Refusal.Malformed(
          name + " is a time (RFC 3339), such as " + name + "=2026-12-01T06:00:00Z");
    }
    return time.toInstant();
  }
}
