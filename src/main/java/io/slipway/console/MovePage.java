package io.slipway.console;

import io.slipway.registry.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a stage is about to be moved to, and what that changes.
///
/// @param rollback whether it is an undo of the last move
/// @param to the version that the stage will point to
/// @param from the version that it points to now; null where it is empty
/// @param stages that the model has
/// @param difference from `from` to `to`; null where there is nothing to compare
/// @param obstacle why the move would be refused; null where nothing is known to stand against it
public record MovePage(
    Model model,
    String stage,
    boolean rollback,
    int to,
    @Nullable Integer from,
    List<String> stages,
    @Nullable DifferenceView difference,
    @Nullable String obstacle) {}
