/// The native contract of the registry: models, versions, pointers, uploads, history, keys.
@NullMarked
package io.slipway.api.registry;

import org.jspecify.annotations.NullMarked;
