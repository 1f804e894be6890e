/// Loaded versions and predictions: shared types and configuration.
@NullMarked
package io.slipway.serving;

import org.jspecify.annotations.NullMarked;
