/// Slipway: a registry of model bundles and a gateway that serves the promoted one.
@NullMarked
package io.slipway;

import org.jspecify.annotations.NullMarked;
