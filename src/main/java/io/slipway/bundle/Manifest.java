package io.slipway.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The content of `bundle.json`, format 1: the declaration of a bundle.
public record Manifest(
    String format,
    Model model,
    InputSchema input,
    @Default("[]") List<Step> preprocessing,
    @Default("[]") List<TensorBinding> tensors,
    Output output,
    @Nullable Examples examples,
    @Nullable Reference reference,
    @Nullable Lineage lineage,
    @Nullable Map<String, JsonNode> policy) {

  /// The only format there is.
  public static final String FORMAT = "slipway/1";

  /// The names that models may have, here and in the registry.
  public static final Pattern MODEL_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

  /// `name` is a suggestion: the name used for registration counts. `batching` says whether rows
  /// may share a run of the model where that is proven to change no answer ([Sharing]).
  public record Model(
      String name,
      @Nullable String description,
      @Nullable String task,
      String file,
      @Default("true") boolean batching) {}

  /// `tolerance` is both absolute and relative.
  public record Examples(String file, @Default("1e-5") double tolerance) {}

  /// A sample of raw training objects.
  public record Reference(String file) {}
}
