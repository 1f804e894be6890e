package io.slipway.openinference;

import io.slipway.bundle.StrictJson;
import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.ColumnPort;
import io.slipway.pipeline.object.ColumnValues;
import io.slipway.pipeline.object.RequestReader;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects the inputs of one request. Each is checked by name, datatype and shape before memory is
/// allocated for it.
final class Inputs {
  /// The memory of a string or bytes element in addition to its characters.
  private static final int STRING_OVERHEAD = 64;

  private static final int MOST_DIMENSIONS = 64;

  private final ModelView view;
  private final Reservation reservation;
  private final int maxRows;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Map<String, ColumnValues> columns = new HashMap<>();
  private final Map<String, Bound> symbols = new HashMap<>();
  private RefusedInput.@Nullable Invalid unequal;
  private @Nullable String nullText;
  private int rows = -1;

  /// The size of a named dimension, with the first input that has it.
  private record Bound(long size, String input, boolean first) {}

  /// An input that was checked and whose elements come next.
  ///
  /// @param count the number of elements by its shape
  /// @param blobs whether they are bytes rather than text
  /// @param nullable whether elements may be missing
  record Input(
      String name, Datatype datatype, long[] shape, int count, boolean blobs, boolean nullable) {}

  /// @param maxRows the most objects in a batch of business objects
  Inputs(ModelView view, Reservation reservation, int maxRows) {
    this.view = view;
    this.reservation = reservation;
    this.maxRows = maxRows;
  }

  ModelView view() {
    return view;
  }

  /// Whether at least one input is required; a graph of constants takes none.
  boolean required() {
    return !view.inputs().isEmpty();
  }

  /// Checks an input.
  ///
  /// @param most the most elements that the received data can contain
  /// @throws RefusedInput where the model takes no such input
  Input declare(String name, String datatype, long[] shape, long most) {
    Graph.Port port = view.inputs().get(name);
    if (port == null) {
      throw refuse(
          name, "unknown_input", "the model has no such input; it has " + view.inputs().keySet());
    }
    if (!seen.add(name)) {
      throw refuse(name, "duplicate_input", "is given twice");
    }
    Datatype type = Datatype.of(datatype);
    if (type == null) {
      throw refuse(
          name,
          "unknown_datatype",
          "unknown datatype "
              + shortened(datatype)
              + "; expected one of "
              + Arrays.toString(Datatype.values()));
    }
    ColumnPort column = view.columns().get(name);
    if (!accepted(type, port, column)) {
      throw refuse(
          name,
          "wrong_datatype",
          "expected " + Datatype.ofPort(port.dtype()) + ", got " + datatype);
    }
    int count = count(name, shape);
    if (column == null) {
      fit(name, shape, port);
    } else {
      fit(name, shape, column);
    }
    if (count > most) {
      throw refuse(
          name,
          "wrong_length",
          "the shape "
              + Arrays.toString(shape)
              + " has "
              + count
              + " elements; the data has fewer");
    }
    reservation.take(
        (long) count * (type == Datatype.BYTES ? STRING_OVERHEAD : type.type().bytes()));
    boolean blobs = column != null && column.dtype().equals(ColumnPort.BYTES);
    return new Input(name, type, shape, count, blobs, column != null);
  }

  /// Whether `type` is accepted: a model takes its own types only. Numbers of a business object may
  /// have any numeric type, as in JSON; its booleans may be floats, whose NaN marks missing values.
  private static boolean accepted(Datatype type, Graph.Port port, @Nullable ColumnPort column) {
    Datatype declared = Datatype.ofPort(port.dtype());
    if (type == declared || column == null) {
      return type == declared;
    }
    boolean floats = type == Datatype.FP32 || type == Datatype.FP64;
    return declared.isNumber() && type.isNumber() || declared == Datatype.BOOL && floats;
  }

  private static int count(String name, long[] shape) {
    long count = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw refuse(
            name,
            "wrong_shape",
            "the shape " + Arrays.toString(shape) + " has a negative dimension");
      }
    }
    for (long dimension : shape) {
      count = Math.multiplyHigh(count, dimension) != 0 ? -1 : count * dimension;
      if (count < 0 || count > Integer.MAX_VALUE) {
        throw refuse(
            name, "wrong_shape", "the shape " + Arrays.toString(shape) + " has too many elements");
      }
    }
    return (int) count;
  }

  private void fit(String name, long[] shape, Graph.Port port) {
    List<Long> declared = port.shape();
    // A graph without a declared shape takes any; the run shows whether it fits.
    boolean fits = declared.isEmpty() || declared.size() == shape.length;
    for (int i = 0; fits && i < declared.size(); i++) {
      fits = declared.get(i) < 0 || declared.get(i) == shape[i];
    }
    if (!fits) {
      throw refuse(
          name,
          "wrong_shape",
          "expected the shape " + declared + ", got " + Arrays.toString(shape));
    }
    boolean emptyByNature = !declared.isEmpty() && declared.getFirst() == 0;
    if (shape.length > 0 && shape[0] == 0 && !emptyByNature) {
      throw refuse(name, "no_rows", "the shape " + Arrays.toString(shape) + " has no rows");
    }
    for (int i = 0; i < declared.size(); i++) {
      String symbol = port.symbols().get(i);
      if (declared.get(i) < 0 && !symbol.isEmpty()) {
        Bound bound = symbols.putIfAbsent(symbol, new Bound(shape[i], name, i == 0));
        if (bound != null && bound.size() != shape[i]) {
          RefusedInput.Invalid differ =
              refuse(
                  name,
                  "wrong_shape",
                  "the dimension "
                      + symbol
                      + " is "
                      + shape[i]
                      + " here and "
                      + bound.size()
                      + " in \""
                      + bound.input()
                      + "\"");
          if (i == 0 && bound.first()) {
            throw differ;
          }
          unequal = unequal == null ? differ : unequal;
        }
      }
    }
  }

  private void fit(String name, long[] shape, ColumnPort column) {
    boolean fits =
        shape.length == 2 && shape[1] == column.width() || shape.length == 1 && !column.vector();
    if (!fits) {
      throw refuse(
          name,
          "wrong_shape",
          "expected the shape [-1, " + column.width() + "], got " + Arrays.toString(shape));
    }
    if (shape[0] == 0) {
      throw refuse(name, "no_rows", "has no rows");
    }
    if (shape[0] > maxRows) {
      throw new RefusedInput.TooLarge("more than " + maxRows + " rows");
    }
    if (rows >= 0 && rows != shape[0]) {
      throw refuse(name, "wrong_shape", "has " + shape[0] + " rows; another input has " + rows);
    }
    rows = (int) shape[0];
  }

  /// Dimensions with the same name but different sizes, as a possible reason why the model fails;
  /// null where there are none. Whether the graph needs them equal shows only in its run: many
  /// graphs broadcast, or do not depend on it.
  RefusedInput.@Nullable Invalid unequal() {
    return unequal;
  }

  /// Stores the elements of a declared input.
  ///
  /// @param missing the indices of missing elements; empty for a bundle of tensors
  void put(Input input, Tensor tensor, BitSet missing) {
    if (view.whole()) {
      tensors.put(input.name(), tensor);
    } else {
      columns.put(input.name(), new ColumnValues.Elements(tensor, missing));
    }
  }

  /// Stores the elements of a declared input of bytes.
  void put(Input input, byte[][] blobs) {
    columns.put(input.name(), new ColumnValues.Blobs(blobs));
  }

  /// Decodes the stored input `name` as base64.
  void decode(String name) {
    try {
      tensors.computeIfPresent(name, (_, tensor) -> ContentType.decoded(tensor));
      columns.computeIfPresent(
          name,
          (_, column) ->
              switch (column) {
                case ColumnValues.Blobs blobs -> ContentType.decoded(blobs);
                case ColumnValues.Elements(Tensor tensor, BitSet missing) ->
                    new ColumnValues.Elements(ContentType.decoded(tensor), missing);
              });
    } catch (RefusedInput.Invalid e) {
      throw of(name, e);
    }
  }

  /// Sets the text that stands for a missing text, as bytes have no null.
  void nullText(String text) {
    nullText = text;
  }

  private void markNulls() {
    columns.replaceAll(
        (_, column) -> {
          if (!(column instanceof ColumnValues.Elements(Tensor tensor, BitSet missing))
              || !(tensor instanceof Tensor.Strings strings)) {
            return column;
          }
          BitSet marked = (BitSet) missing.clone();
          for (int i = 0; i < strings.data().length; i++) {
            if (strings.data()[i].equals(nullText)) {
              marked.set(i);
            }
          }
          return new ColumnValues.Elements(tensor, marked);
        });
  }

  /// The batch of all stored inputs.
  ///
  /// @throws RefusedInput where an input is missing
  Batch finish(RequestReader reader) {
    if (!view.whole()) {
      if (rows < 0) {
        throw new RefusedInput.Invalid("/inputs", "missing_input", "the request has no inputs");
      }
      if (nullText != null) {
        markNulls();
      }
      return reader.readColumns(columns, rows);
    }
    for (String name : view.inputs().keySet()) {
      if (!tensors.containsKey(name)) {
        throw refuse(name, "missing_input", "is missing");
      }
    }
    return reader.readTensors(tensors);
  }

  /// The stored tensors, for a bundle of tensors.
  Map<String, Tensor> tensors() {
    return tensors;
  }

  /// The number of rows to predict, as far as the shapes tell.
  int rows() {
    if (!view.whole()) {
      return Math.max(1, rows);
    }
    for (Map.Entry<String, Graph.Port> input : view.inputs().entrySet()) {
      Tensor tensor = tensors.get(input.getKey());
      List<Long> declared = input.getValue().shape();
      if (tensor != null && !declared.isEmpty() && declared.getFirst() < 0) {
        return (int) Math.max(1, tensor.shape()[0]);
      }
    }
    return 1;
  }

  /// Adds the name of the input to a refusal of its elements.
  static RefusedInput of(String input, RefusedInput why) {
    return why instanceof RefusedInput.Invalid invalid
        ? refuse(input, invalid.violations().getFirst().code(), String.valueOf(why.getMessage()))
        : why;
  }

  static RefusedInput.Invalid refuse(String input, String code, String message) {
    String name = shortened(input);
    String prefix = "input \"" + name + "\": ";
    return new RefusedInput.Invalid(
        StrictJson.pointer(name), code, message.startsWith(prefix) ? message : prefix + message);
  }

  /// @throws RefusedInput.Invalid where a tensor has too many dimensions
  static void requireRank(String input, int rank) {
    if (rank > MOST_DIMENSIONS) {
      throw refuse(input, "wrong_shape", "has more than " + MOST_DIMENSIONS + " dimensions");
    }
  }

  static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
