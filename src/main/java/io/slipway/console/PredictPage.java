package io.slipway.console;

import io.slipway.registry.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The form to try a model.
///
/// @param version the selected version; null for the one in production
/// @param shown the number of the version that the form is made for
/// @param object the input type: `record`, `text`, `mail`, `image` or `tensors`
/// @param numbers of the versions to choose from, newest first
public record PredictPage(
    Model model,
    @Nullable Integer version,
    int shown,
    String object,
    List<FieldView> fields,
    List<Integer> numbers) {

  /// The URL of the version in the gateway API, without the verb.
  public String path() {
    return "/models/" + model.name() + (version == null ? "" : "/versions/" + version);
  }
}
