/// The serving table and the choice of a version for each call.
@NullMarked
package io.slipway.serving.traffic;

import org.jspecify.annotations.NullMarked;
