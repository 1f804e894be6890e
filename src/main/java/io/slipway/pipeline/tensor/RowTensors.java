package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tensors of one row, made once and filled again for each: what [Binding#bind] makes anew. For
/// one thread at a time.
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

  /// Tensors in memory of `arena`; null where rows differ in size or come as tensors.
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

  /// By the names of the inputs; always the same ones.
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /// Makes the tensors those of `row`.
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
