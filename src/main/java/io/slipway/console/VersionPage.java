package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.GraphSummary;
import io.slipway.registry.Model;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.VersionDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The page of one version: model card, preprocessing, signature, checks, lineage, files.
///
/// @param card the model card as HTML; null where there is none
/// @param flow of a bundle; null for other kinds
/// @param graph of a bundle's model; null for other kinds
public record VersionPage(
    Model model,
    VersionDetail detail,
    @Nullable String card,
    @Nullable FlowView flow,
    @Nullable GraphSummary graph,
    List<FieldView> fields,
    List<ExampleView> examples) {

  public ModelVersion version() {
    return detail.version();
  }

  /// Why the version can't be served, as a sentence; null for a bundle.
  public @Nullable String unservable() {
    return version().bundle() ? null : Words.sentence(version().unservable());
  }

  /// A named property of a version.
  public record Fact(String name, String value) {}

  public List<String> tags() {
    return ModelsPage.Pair.tags(version().tags());
  }

  public record Port(String name, String dtype, String shape) {}

  /// The operator sets of the graph, such as `ai.onnx.ml 3, ONNX 21`.
  public String opsets() {
    return Objects.requireNonNull(graph).opsets().entrySet().stream()
        .map(set -> (set.getKey().isEmpty() ? "ONNX" : set.getKey()) + " " + set.getValue())
        .collect(Collectors.joining(", "));
  }

  public record FileView(String path, long size, String sha256) {}

  public List<Port> inputs() {
    return ports(detail.signature().path("inputs"));
  }

  public List<Port> outputs() {
    return ports(detail.signature().path("outputs"));
  }

  private static List<Port> ports(JsonNode list) {
    List<Port> ports = new ArrayList<>();
    for (JsonNode port : list) {
      ports.add(
          new Port(
              port.path("name").asText(),
              port.path("dtype").asText(),
              port.path("shape").toString().replace("-1", "any").replace(",", " × ")));
    }
    return ports;
  }

  public List<FileView> files() {
    List<FileView> files = new ArrayList<>();
    for (JsonNode file : detail.files()) {
      files.add(
          new FileView(
              file.path("path").asText(),
              file.path("size").asLong(),
              Words.start(file.path("sha256").asText())));
    }
    return files;
  }

  public List<Fact> metrics() {
    return facts(detail.manifest().at("/lineage/metrics"));
  }

  public List<Fact> parameters() {
    return facts(detail.manifest().at("/lineage/parameters"));
  }

  public List<Fact> code() {
    return facts(detail.manifest().at("/lineage/code"));
  }

  public List<Fact> training() {
    return facts(detail.manifest().at("/lineage/training"));
  }

  public List<Fact> environment() {
    List<Fact> facts = new ArrayList<>();
    JsonNode environment = detail.manifest().at("/lineage/environment");
    if (environment.hasNonNull("python")) {
      facts.add(new Fact("python", environment.path("python").asText()));
    }
    for (JsonNode pinned : environment.path("packages")) {
      String[] parts = pinned.asText().split("==", 2);
      facts.add(new Fact(parts[0], parts.length > 1 ? parts[1] : ""));
    }
    return facts;
  }

  /// The data sets that the model was trained on.
  public List<List<Fact>> data() {
    List<List<Fact>> data = new ArrayList<>();
    detail.manifest().at("/lineage/data").forEach(set -> data.add(facts(set)));
    return data;
  }

  private static List<Fact> facts(JsonNode object) {
    List<Fact> facts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!member.getValue().isNull()) {
        facts.add(new Fact(member.getKey(), Words.value(member.getValue())));
      }
    }
    return facts;
  }

  /// The trusted signer of the bundle; null where no trusted signer has signed it.
  public @Nullable String signedBy() {
    return detail.checks().at("/signed/by").textValue();
  }

  /// Whether rows of several requests may share a run of the model (batching).
  public boolean shares() {
    return "proven".equals(detail.checks().at("/sharing/verdict").textValue());
  }

  /// Why batching is on or off; null where this is decided when the version is loaded.
  public @Nullable String sharing() {
    return detail.checks().at("/sharing/why").textValue();
  }

  /// Remarks of the check that do not prevent publication, as sentences.
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    detail.checks().path("remarks").forEach(r -> remarks.add(r.path("message").asText()));
    return remarks;
  }

  public int checkedExamples() {
    return detail.checks().path("examples").asInt();
  }

  public String largestDifference() {
    return String.format(Locale.ROOT, "%.1e", detail.checks().path("max_difference").doubleValue());
  }

  public String checkTime() {
    return Words.span(detail.checks().path("millis").asDouble() / 1000);
  }

  public boolean hasLineage() {
    return detail.manifest().path("lineage").isObject();
  }
}
