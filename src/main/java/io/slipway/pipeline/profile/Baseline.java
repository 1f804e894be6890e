package io.slipway.pipeline.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// The distributions of all watched properties of a version in its reference: what its windows are
/// compared with. Immutable; as JSON it is stored with the version.
///
/// @param source where it comes from: `reference`, the file in the bundle
/// @param rows of the reference
public record Baseline(String source, long rows, List<Profile> profiles) {
  /// The source of a baseline that was made from the bundle's own reference.
  public static final String REFERENCE = "reference";

  private static final String FORMAT = "slipway-baseline/1";

  /// The number of cells of all properties.
  public int cells() {
    return profiles.stream().mapToInt(Profile::cells).sum();
  }

  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT).put("source", source).put("rows", rows);
    ArrayNode fields = json.putArray("fields");
    ArrayNode output = json.putArray("output");
    for (Profile profile : profiles) {
      write(profile, (profile.origin() == Origin.OUTPUT ? output : fields).addObject());
    }
    return json;
  }

  private static void write(Profile profile, ObjectNode json) {
    json.put("name", profile.name()).put("from", profile.origin().word());
    switch (profile) {
      case Profile.Measure m -> {
        json.put("kind", "number").put("missing", m.missing());
        json.put("min", m.min()).put("max", m.max());
        json.put("mean", m.mean()).put("deviation", m.deviation());
        numbers(json.putArray("edges"), m.edges());
        ObjectNode fine = json.putObject("fine");
        numbers(fine.putArray("edges"), m.fineEdges());
        counts(fine.putArray("counts"), m.counts());
      }
      case Profile.Words w -> {
        json.put("kind", "category").put("missing", w.missing());
        w.values().forEach(json.putArray("values")::add);
        ArrayNode counts = json.putArray("counts");
        for (int i = 0; i < w.values().size(); i++) {
          counts.add(w.counts()[i]);
        }
        json.put("other", w.other());
      }
      case Profile.Presence p ->
          json.put("kind", "hidden")
              .put("why", p.why())
              .put("missing", p.missing())
              .put("present", p.present());
    }
  }

  private static void numbers(ArrayNode into, double[] values) {
    for (double value : values) {
      into.add(value);
    }
  }

  private static void counts(ArrayNode into, long[] values) {
    for (long value : values) {
      into.add(value);
    }
  }

  /// Reads what [#toJson] has written.
  ///
  /// @throws IllegalArgumentException where it is of another format
  public static Baseline of(JsonNode json) {
    if (!json.path("format").asText().equals(FORMAT)) {
      throw new IllegalArgumentException("not a baseline: " + json.path("format"));
    }
    List<Profile> profiles = new ArrayList<>();
    json.path("fields").forEach(each -> profiles.add(profile(each)));
    json.path("output").forEach(each -> profiles.add(profile(each)));
    return new Baseline(json.path("source").asText(), json.path("rows").asLong(), profiles);
  }

  private static Profile profile(JsonNode json) {
    String name = json.path("name").asText();
    Origin origin = Origin.of(json.path("from").asText());
    long missing = json.path("missing").asLong();
    String kind = json.path("kind").asText();
    return switch (kind) {
      case "number" ->
          new Profile.Measure(
              name,
              origin,
              missing,
              json.path("min").asDouble(),
              json.path("max").asDouble(),
              json.path("mean").asDouble(),
              json.path("deviation").asDouble(),
              doubles(json.path("edges")),
              doubles(json.path("fine").path("edges")),
              longs(json.path("fine").path("counts")));
      case "category" -> {
        List<String> values = new ArrayList<>();
        json.path("values").forEach(value -> values.add(value.asText()));
        long[] counts = java.util.Arrays.copyOf(longs(json.path("counts")), values.size() + 1);
        counts[values.size()] = json.path("other").asLong();
        yield new Profile.Words(name, origin, missing, List.copyOf(values), counts);
      }
      case "hidden" ->
          new Profile.Presence(
              name, origin, json.path("why").asText(), missing, json.path("present").asLong());
      default -> throw new IllegalArgumentException("there is no kind \"" + kind + "\"");
    };
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asLong();
    }
    return values;
  }
}
