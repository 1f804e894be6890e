package io.slipway.console;

import io.slipway.registry.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A form to try a model with.
///
/// @param version the one to try; null for the one in production
/// @param shown the number of the version that the form is made for
/// @param object what it takes: `record`, `text`, `mail`, `image` or `tensors`
/// @param numbers that can be chosen, newest first
public record PredictPage(
    Model model,
    @Nullable Integer version,
    int shown,
    String object,
    List<FieldView> fields,
    List<Integer> numbers) {

  /// Where the version is asked, without the verb.
  public String path() {
    return "/models/" + model.name() + (version == null ? "" : "/versions/" + version);
  }
}
