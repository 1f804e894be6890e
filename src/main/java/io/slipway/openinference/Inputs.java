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

/// Collects the inputs of one request: each is judged by name, datatype and shape before any memory
/// is taken for it.
final class Inputs {
  /// What an element of text or bytes occupies beside its characters.
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

  /// What a named dimension is, by the input that said it first.
  private record Bound(long size, String input, boolean first) {}

  /// An input that was judged and whose elements come next.
  ///
  /// @param count the elements that the shape says
  /// @param blobs whether they are bytes rather than text
  /// @param nullable whether elements may be missing
  record Input(
      String name, Datatype datatype, long[] shape, int count, boolean blobs, boolean nullable) {}

  /// @param maxRows the most objects of a batch of business objects
  Inputs(ModelView view, Reservation reservation, int maxRows) {
    this.view = view;
    this.reservation = reservation;
    this.maxRows = maxRows;
  }

  ModelView view() {
    return view;
  }

  /// Whether there must be any input at all: a graph of constants takes none.
  boolean required() {
    return !view.inputs().isEmpty();
  }

  /// Judges an input.
  ///
  /// @param most the most elements that what was received can hold
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
          "there is no datatype "
              + shortened(datatype)
              + "; there are "
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
          "the shape " + Arrays.toString(shape) + " says " + count + " elements; there are fewer");
    }
    reservation.take(
        (long) count * (type == Datatype.BYTES ? STRING_OVERHEAD : type.type().bytes()));
    boolean blobs = column != null && column.dtype().equals(ColumnPort.BYTES);
    return new Input(name, type, shape, count, blobs, column != null);
  }

  /// A model takes its own types; numbers of a business object may come as any number that JSON
  /// could have said, and its booleans as floats, which have a NaN for those that there are not.
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
    // A graph that does not declare a shape takes any; its run shows what fits.
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

  /// Why these tensors may be what the model can't run on: dimensions that the graph gives one name
  /// have two sizes. Null where there are none. Whether the graph needs them equal only its run
  /// shows: many a graph takes the smaller one for the larger, or does not care.
  RefusedInput.@Nullable Invalid unequal() {
    return unequal;
  }

  /// Takes the elements of a declared input.
  ///
  /// @param missing those that there are not; empty for a bundle of tensors
  void put(Input input, Tensor tensor, BitSet missing) {
    if (view.whole()) {
      tensors.put(input.name(), tensor);
    } else {
      columns.put(input.name(), new ColumnValues.Elements(tensor, missing));
    }
  }

  /// Takes the elements of a declared input of bytes.
  void put(Input input, byte[][] blobs) {
    columns.put(input.name(), new ColumnValues.Blobs(blobs));
  }

  /// Takes the input `name`, which was taken, as base64 of what is meant.
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

  /// Says which text stands for a text that there is not, as bytes have no null.
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

  /// Everything that was taken, as rows.
  ///
  /// @throws RefusedInput where an input is missing
  Batch finish(RequestReader reader) {
    if (!view.whole()) {
      if (rows < 0) {
        throw new RefusedInput.Invalid("/inputs", "missing_input", "there are no inputs");
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

  /// The tensors that were taken, of a bundle of tensors.
  Map<String, Tensor> tensors() {
    return tensors;
  }

  /// The rows that the request asks to predict for, as far as they can be told from its shapes.
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

  /// Adds to a refusal of elements which input they are of.
  static RefusedInput of(String input, RefusedInput why) {
    return why instanceof RefusedInput.Invalid invalid
        ? refuse(input, invalid.violations().getFirst().code(), String.valueOf(why.getMessage()))
        : why;
  }

  static RefusedInput.Invalid refuse(String input, String code, String message) {
    String name = shortened(input);
    return new RefusedInput.Invalid(
        StrictJson.pointer(name), code, "input \"" + name + "\": " + message);
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
