package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.rows.Flow.Known;
import io.slipway.onnx.rows.Flow.Padded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Texts that the graph splits into words: the runtime pads shorter lists to the longest of the
/// run, which changes nothing where words are counted and the filler is not a word.
final class Texts {
  /// Longer fillers are not compared with the words.
  private static final int LONGEST = 4;

  private Texts() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("com.microsoft.Tokenizer", place -> List.of(cut(place)));
  }

  private static Flow cut(Place place) {
    Known x = place.data(0);
    Attribute filler = place.attribute("pad_value");
    if (!x.hasRows()) {
      return Known.fixed(null);
    }
    if (x.axis() != 0 || filler == null || filler.text().length() > LONGEST) {
      throw place.undecided("pads its lists in an unsupported way");
    }
    List<Dim> shape = new ArrayList<>(place.shape(x));
    shape.add(place.symbols().fresh());
    return new Padded(x.shaped(shape), filler.text());
  }

  /// The outputs of an operator on padded lists.
  static List<Flow> outputs(Place place, Padded lists) {
    List<Dim> shape = place.shape(lists.rows());
    boolean one = shape.subList(1, shape.size() - 1).stream().allMatch(d -> d.is(1));
    return switch (place.operator()) {
      case "Identity" -> List.of(lists);
      case "Flatten" -> {
        if (!one || place.whole("axis", 1) != 1) {
          throw place.mixes("concatenates lists that are padded to the longest row");
        }
        yield List.of(
            new Padded(
                lists.rows().shaped(List.of(shape.getFirst(), shape.getLast())), lists.filler()));
      }
      case "TfIdfVectorizer" -> {
        Attribute words = place.attribute("pool_strings");
        if (words == null || words.shortTexts().contains(lists.filler()) || shape.size() != 2) {
          throw place.mixes("counts the padding of the lists");
        }
        yield List.of(Known.rows(List.of(shape.getFirst(), place.symbols().fresh()), 0, Dim.ONE));
      }
      default -> throw place.mixes("takes lists that are padded to the longest row");
    };
  }
}
