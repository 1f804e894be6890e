package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reusable tensors of one row, refilled for each row instead of created by [Binding#bind]. For one
/// thread at a time.
public final class RowTensors {
  private final Binding[] bindings;
  private final @Nullable ElementWriter[] writers;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private RowTensors(List<Binding> bindings, Arena arena) {
    this.bindings = bindings.toArray(Binding[]::new);
    writers = new @Nullable ElementWriter[this.bindings.length];
    for (int i = 0; i < writers.length; i++) {
      Binding binding = this.bindings[i];
      if (binding.dtype().equals("string")) {
        tensors.put(
            binding.name(),
            new Tensor.Strings(Binding.shape(1, binding.dims()), new String[] {""}));
      } else {
        ElementWriter writer = ElementWriter.of(binding.dtype(), binding.length(), arena);
        writers[i] = writer;
        tensors.put(binding.name(), writer.tensor(Binding.shape(1, binding.dims())));
      }
    }
  }

  /// Tensors in memory of `arena`; null where rows differ in size, or the input is whole tensors.
  public static @Nullable RowTensors of(List<Binding> bindings, Arena arena) {
    boolean fixed =
        bindings.stream()
            .noneMatch(
                binding ->
                    binding.varies()
                        || binding.dims().contains(-1L)
                        || binding.column().type() instanceof ColumnType.Ids);
    return fixed ? new RowTensors(bindings, arena) : null;
  }

  /// The tensors by input name; always the same objects.
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /// Sets the tensors to the values of `row`.
  public void fill(Frame row) {
    for (int i = 0; i < bindings.length; i++) {
      ElementWriter writer = writers[i];
      if (writer != null) {
        bindings[i].write(row, writer);
      } else if (tensors.get(bindings[i].name()) instanceof Tensor.Strings strings) {
        strings.data()[0] = bindings[i].text(row);
      }
    }
  }
}
