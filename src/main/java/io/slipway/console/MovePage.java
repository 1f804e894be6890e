package io.slipway.console;

import io.slipway.registry.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The form that promotes or rolls back a stage, with the differences that this makes.
///
/// @param rollback whether the stage goes back to its previous version
/// @param to the version that the stage will serve
/// @param from the version that it serves now; null where it has none
/// @param stages the stages of the model
/// @param difference from `from` to `to`; null where there is nothing to compare
/// @param obstacle why the registry would refuse the move; null where no reason is known
public record MovePage(
    Model model,
    String stage,
    boolean rollback,
    int to,
    @Nullable Integer from,
    List<String> stages,
    @Nullable DifferenceView difference,
    @Nullable String obstacle) {}
