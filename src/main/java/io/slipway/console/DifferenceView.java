package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.registry.Comparison;
import io.slipway.registry.Comparison.Difference;
import io.slipway.registry.VersionDetail;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The differences between two versions, as a page shows them.
///
/// @param left the number of the left version
/// @param same the parts of the bundle in which both are equal
public record DifferenceView(int left, int right, List<Group> groups, List<String> same) {

  /// The differences in one part of the bundle.
  public record Group(String title, List<Entry> entries) {}

  /// @param change of a number, with its sign; empty where the value is not a number
  public record Entry(String at, String left, String right, String change) {}

  static DifferenceView of(Comparison comparison) {
    Map<Comparison.Part, List<Entry>> parts = new EnumMap<>(Comparison.Part.class);
    for (Difference difference : comparison.differences()) {
      parts
          .computeIfAbsent(difference.part(), _ -> new ArrayList<>())
          .add(entry(comparison, difference));
    }
    List<Group> groups = new ArrayList<>();
    List<String> same = new ArrayList<>();
    for (Comparison.Part part : Comparison.Part.values()) {
      List<Entry> entries = parts.get(part);
      if (entries == null) {
        same.add(part.name().toLowerCase(Locale.ROOT));
      } else {
        groups.add(new Group(title(part), entries));
      }
    }
    return new DifferenceView(
        comparison.left().version().number(), comparison.right().version().number(), groups, same);
  }

  private static String title(Comparison.Part part) {
    return switch (part) {
      case METRICS -> "Metrics";
      case PARAMETERS -> "Parameters";
      case SIGNATURE -> "Signature";
      case INPUT -> "Input";
      case PREPROCESSING -> "Preprocessing";
      case TENSORS -> "Tensors";
      case OUTPUT -> "Output";
      case LINEAGE -> "Lineage";
      case FILES -> "Files";
    };
  }

  private static Entry entry(Comparison comparison, Difference difference) {
    boolean file = difference.part() == Comparison.Part.FILES;
    return new Entry(
        place(comparison, difference),
        file ? brief(difference.left()) : Words.value(difference.left()),
        file ? brief(difference.right()) : Words.value(difference.right()),
        change(difference));
  }

  private static String brief(JsonNode digest) {
    String text = digest.asText();
    return text.isEmpty() ? "–" : Words.start(text);
  }

  /// The field, without the part that the group's title names; a step is shown with its operation.
  private static String place(Comparison comparison, Difference difference) {
    String at = difference.at();
    String rest =
        switch (difference.part()) {
          case METRICS, PARAMETERS -> below(at, 3);
          case INPUT -> below(at, at.startsWith("/input/fields/") ? 3 : 2);
          case PREPROCESSING -> step(comparison, difference);
          case SIGNATURE, TENSORS, OUTPUT, LINEAGE, FILES -> below(at, 2);
        };
    return rest.isEmpty() ? "everything" : rest.replace("~1", "/").replace("~0", "~");
  }

  /// A JSON pointer without its first `count` members, in a readable form.
  private static String below(String at, int count) {
    String[] tokens = at.split("/", count + 1);
    return tokens.length <= count ? "" : tokens[count].replace("/", " · ");
  }

  private static String step(Comparison comparison, Difference difference) {
    String[] tokens = difference.at().split("/", 4);
    if (tokens.length < 3) {
      return "";
    }
    VersionDetail side =
        difference.right().isMissingNode() && tokens.length == 3
            ? comparison.left()
            : comparison.right();
    String op =
        side.manifest().path("preprocessing").path(Integer.parseInt(tokens[2])).path("op").asText();
    String member = tokens.length > 3 ? " · " + tokens[3].replace("/", " · ") : "";
    return "step " + (Integer.parseInt(tokens[2]) + 1) + " " + op + member;
  }

  private static String change(Difference difference) {
    if (!difference.left().isNumber() || !difference.right().isNumber()) {
      return "";
    }
    double change = difference.right().doubleValue() - difference.left().doubleValue();
    return String.format(Locale.ROOT, "%+.4g", change);
  }
}
