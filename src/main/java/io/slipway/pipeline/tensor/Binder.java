package io.slipway.pipeline.tensor;

import io.slipway.bundle.TensorBinding;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Checks a declared binding against its column and the model's own input, and compiles it to a
/// [Binding]. An empty shape of a port means that the graph declares none.
public final class Binder {
  /// The element types that columns can be converted to.
  private static final Set<String> DTYPES =
      Set.of("float32", "float64", "int64", "int32", "bool", "uint8", "string");

  private final Graph.Signature model;
  private final CompileScope scope;

  public Binder(Graph.Signature model, CompileScope scope) {
    this.model = model;
    this.scope = scope;
  }

  /// Binds every input of the model.
  ///
  /// @return the valid bindings; the others gave findings
  public List<Binding> bindAll(List<TensorBinding> declared) {
    List<Binding> bindings = new ArrayList<>();
    for (int i = 0; i < declared.size(); i++) {
      TensorBinding tensor = declared.get(i);
      scope.at("bundle.json#/tensors/" + i + " (" + tensor.name() + ")");
      Graph.Port port = model.inputs().get(tensor.name());
      if (port == null) {
        scope.finding(
            "unknown_input",
            "the model has no input \"" + tensor.name() + "\"; it has " + model.inputs().keySet());
        scope.read(tensor.from());
        continue;
      }
      Binding binding = bind(tensor.name(), tensor.from(), tensor.dtype(), tensor.shape(), port);
      if (binding != null) {
        bindings.add(binding);
      }
    }
    scope.at("bundle.json#/tensors");
    Set<String> names = Set.copyOf(declared.stream().map(TensorBinding::name).toList());
    model
        .inputs()
        .forEach(
            (name, port) -> {
              if (!names.contains(name)) {
                scope.finding(
                    "unbound_input",
                    "the model's input \""
                        + name
                        + "\" ("
                        + port.dtype()
                        + " "
                        + port.shape()
                        + ") is bound to no column");
              }
            });
    return bindings;
  }

  /// Binds one column to one input; null, with findings, where it does not fit.
  public @Nullable Binding bind(
      String name, String from, String dtype, @Nullable List<Long> shape, Graph.Port port) {
    Column column = scope.read(from);
    if (column == null) {
      return null;
    }
    boolean fits = true;
    if (!dtype.equals(port.dtype())) {
      scope.finding(
          "wrong_dtype",
          "the model's input \""
              + name
              + "\" takes "
              + port.dtype()
              + "; the bundle gives "
              + dtype);
      fits = false;
    }
    if (!DTYPES.contains(dtype)) {
      scope.finding(
          "unsupported_dtype",
          "the model's input \""
              + name
              + "\" takes "
              + dtype
              + "; columns make "
              + new TreeSet<>(DTYPES)
              + " (put a Cast into the graph)");
      return null;
    }
    List<Long> natural = natural(column, dtype, rank(shape, port));
    if (natural == null) {
      return null;
    }
    List<Long> dims = shape == null ? natural : shaped(natural, shape, column);
    if (dims == null) {
      return null;
    }
    if (shape == null && !port.shape().isEmpty()) {
      dims = reshaped(dims, port.shape());
    }
    if (!agrees(dims, port.shape())) {
      scope.finding(
          "wrong_shape",
          "the model's input \""
              + name
              + "\" has the shape "
              + port.shape()
              + "; the column \""
              + from
              + "\" gives "
              + withBatch(dims));
      fits = false;
    }
    if (!port.shape().isEmpty() && port.shape().getFirst() > 1) {
      scope.finding(
          "fixed_batch",
          "the model's input \""
              + name
              + "\" has a fixed batch of "
              + port.shape().getFirst()
              + "; export it with a dynamic one, or 1");
      fits = false;
    }
    return fits ? new Binding(name, dtype, column, dims) : null;
  }

  private static int rank(@Nullable List<Long> shape, Graph.Port port) {
    return shape != null ? shape.size() : port.shape().isEmpty() ? 2 : port.shape().size();
  }

  /// The dimensions of one row by its column; null, with a finding, where the column gives no such
  /// tensor.
  private @Nullable List<Long> natural(Column column, String dtype, int rank) {
    boolean text = dtype.equals("string");
    return switch (column.type()) {
      case ColumnType.Text t when text -> rank == 1 ? List.of() : List.of(1L);
      case ColumnType.Category c when text -> rank == 1 ? List.of() : List.of(1L);
      case ColumnType.Scalar s when !text -> scalar(column, dtype, rank);
      case ColumnType.Vector v when !text && !v.nullable() -> List.of((long) v.length());
      case ColumnType.Ids i when dtype.startsWith("int") ->
          List.of(i.fixed() ? i.maxLength() : -1L);
      case ColumnType.Image i when !text ->
          List.of((long) i.height(), (long) i.width(), (long) i.channels());
      case ColumnType.Array a when !text -> a.dims();
      default -> {
        scope.wrongType(column, "something that makes a tensor of " + dtype);
        yield null;
      }
    };
  }

  private @Nullable List<Long> scalar(Column column, String dtype, int rank) {
    if (column.type().nullable() && !dtype.startsWith("float")) {
      scope.finding(
          "nullable_column",
          "the column \""
              + column.name()
              + "\" may be null and "
              + dtype
              + " can't be; impute it before");
      return null;
    }
    return rank == 1 ? List.of() : List.of(1L);
  }

  /// `natural` in the declared shape; null, with a finding, where they contradict each other.
  private @Nullable List<Long> shaped(List<Long> natural, List<Long> shape, Column column) {
    boolean batch = !shape.isEmpty() && (shape.getFirst() == -1 || shape.getFirst() == 1);
    List<Long> dims = shape.isEmpty() ? List.of() : shape.subList(1, shape.size());
    if (batch && dims.size() == natural.size() && matches(dims, natural)) {
      return merge(dims, natural);
    }
    boolean known = !dims.contains(-1L) && !natural.contains(-1L);
    if (batch && known && product(dims) == product(natural)) {
      return dims;
    }
    scope.finding(
        "wrong_shape",
        "the shape "
            + shape
            + " does not fit the column \""
            + column.name()
            + "\", which gives "
            + withBatch(natural));
    return null;
  }

  /// A vector in the shape of the port, where both have the same number of elements.
  private static List<Long> reshaped(List<Long> dims, List<Long> port) {
    List<Long> row = port.subList(1, port.size());
    boolean known = !row.contains(-1L) && !dims.contains(-1L);
    return known && row.size() != dims.size() && product(row) == product(dims) ? row : dims;
  }

  private static boolean agrees(List<Long> dims, List<Long> port) {
    return port.isEmpty()
        || port.size() == dims.size() + 1 && matches(dims, port.subList(1, port.size()));
  }

  private static boolean matches(List<Long> a, List<Long> b) {
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i) >= 0 && b.get(i) >= 0 && !a.get(i).equals(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<Long> merge(List<Long> a, List<Long> b) {
    List<Long> merged = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      merged.add(b.get(i) >= 0 ? b.get(i) : -1L);
    }
    return merged;
  }

  private static long product(List<Long> dims) {
    return dims.stream().reduce(1L, Math::multiplyExact);
  }

  private static List<Long> withBatch(List<Long> dims) {
    List<Long> shape = new ArrayList<>();
    shape.add(-1L);
    shape.addAll(dims);
    return shape;
  }
}
