package io.slipway.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.ColumnPort;
import io.slipway.serving.run.Servable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Records as CSV lines (RFC 4180): in the order of the input schema's members, or with a header.
/// An empty cell is null.
final class Csv {
  private static final ObjectReader READER =
      new CsvMapper()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .readerFor(String[].class);

  private final Map<String, ColumnPort> columns;
  private final boolean header;
  private final int most;

  /// @param columns of the objects, by member name
  /// @param header whether the first line contains the names
  /// @param most the most objects in one request
  Csv(Map<String, ColumnPort> columns, boolean header, int most) {
    this.columns = columns;
    this.header = header;
    this.most = most;
  }

  static Csv of(Servable servable, boolean header, int most) {
    if (!(servable.bundle().manifest().input() instanceof InputSchema.Record)) {
      throw new RefusedInput.UnsupportedMedia("text/csv is for models that take records");
    }
    return new Csv(servable.pipeline().reader().columns(), header, most);
  }

  /// Whether the content type has the parameter `header=present` (RFC 4180).
  static boolean hasHeader(@Nullable String contentType) {
    return contentType != null
        && contentType.toLowerCase(Locale.ROOT).replace(" ", "").contains("header=present");
  }

  /// Parses the lines as objects.
  ///
  /// @throws RefusedInput where they are invalid or too many
  ArrayNode records(byte[] body) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    List<String> names = new ArrayList<>(columns.keySet());
    boolean named = !header;
    try {
      StrictJson.requireUtf8(body, 0, body.length);
      int head = StrictJson.mark(body, 0, body.length);
      try (MappingIterator<String[]> lines = READER.readValues(body, head, body.length - head)) {
        while (lines.hasNextValue()) {
          String[] cells = lines.nextValue();
          if (!named) {
            names = Arrays.asList(cells);
            requireDifferent(names);
            named = true;
          } else if (records.size() == most) {
            throw new RefusedInput.TooLarge("more than " + most + " lines");
          } else {
            records.add(record(records.size(), names, cells));
          }
        }
      }
    } catch (StreamConstraintsException e) {
      throw new RefusedInput.TooLarge("a cell is too long");
    } catch (CharacterCodingException e) {
      throw new RefusedInput.Malformed("the body is " + e.getMessage());
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new RefusedInput.Malformed(
          "the body is not CSV" + (line > 0 ? ": malformed at line " + line : ""));
    } catch (IOException e) {
      throw new RefusedInput.Malformed("the body is not CSV");
    }
    return records;
  }

  private static void requireDifferent(List<String> names) {
    if (Set.copyOf(names).size() < names.size()) {
      throw new RefusedInput.Malformed("the header contains a name twice");
    }
  }

  private ObjectNode record(int line, List<String> names, String[] cells) {
    if (cells.length != names.size()) {
      throw Instances.invalid(
          "/instances/" + line, "has " + cells.length + " cells, expected " + names.size());
    }
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < cells.length; i++) {
      ColumnPort column = columns.get(names.get(i));
      record.set(names.get(i), cell(column == null ? "string" : column.dtype(), cells[i]));
    }
    return record;
  }

  /// Converts a cell to the member's type where possible; otherwise the schema check refuses it.
  private static JsonNode cell(String dtype, String text) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (text.isEmpty()) {
      return nodes.nullNode();
    }
    switch (dtype) {
      case "float64", "int64" -> {
        if (text.length() <= StrictJson.MAX_NUMBER_CHARS
            && text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]{1,4})?")) {
          try {
            // Exactly as written: the schema check decides without rounding whether it is whole.
            return DecimalNode.valueOf(new BigDecimal(text));
          } catch (NumberFormatException e) {
            return nodes.textNode(text);
          }
        }
        return nodes.textNode(text);
      }
      case "bool" -> {
        return switch (text.toLowerCase(Locale.ROOT)) {
          case "true", "1" -> nodes.booleanNode(true);
          case "false", "0" -> nodes.booleanNode(false);
          default -> nodes.textNode(text);
        };
      }
      default -> {
        return nodes.textNode(text);
      }
    }
  }

  /// One line per prediction: the label and the probabilities of all classes, or the number.
  ///
  /// @throws RefusedInput.Invalid where predictions are tensors
  static byte[] write(List<Prediction> predictions) {
    StringBuilder lines = new StringBuilder();
    for (Prediction prediction : predictions) {
      switch (prediction) {
        case Prediction.Classified c -> {
          lines.append(quoted(c.labels().get(c.label())));
          for (double probability : c.probabilities()) {
            lines.append(',').append(probability);
          }
        }
        case Prediction.Scored s -> {
          lines.append(s.value());
          if (s.label() != null) {
            lines.append(',').append(quoted(s.label()));
          }
        }
        case Prediction.Raw _ ->
            throw new RefusedInput.Invalid(
                "", "not_supported", "tensors cannot be written as text/csv: accept JSON");
      }
      lines.append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
