/// The registry's API: models, versions, stages, aliases, uploads, history, keys.
@NullMarked
package io.slipway.api.registry;

import org.jspecify.annotations.NullMarked;
