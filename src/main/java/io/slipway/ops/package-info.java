/// What the operator is told: health and start-up checks.
@NullMarked
package io.slipway.ops;

import org.jspecify.annotations.NullMarked;
