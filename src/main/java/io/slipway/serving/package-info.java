/// What is loaded now, and predicting.
@NullMarked
package io.slipway.serving;

import org.jspecify.annotations.NullMarked;
