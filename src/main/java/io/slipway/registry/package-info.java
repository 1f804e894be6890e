/// The model registry: models, versions, stages, aliases, and the history of every change.
@NullMarked
package io.slipway.registry;

import org.jspecify.annotations.NullMarked;
