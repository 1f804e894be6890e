/// Regular expressions that mean what they mean in Python and never backtrack.
@NullMarked
package io.slipway.pipeline.text.pattern;

import org.jspecify.annotations.NullMarked;
