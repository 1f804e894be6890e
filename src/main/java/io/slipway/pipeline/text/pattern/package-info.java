/// Regular expressions with Python's semantics, in linear time.
@NullMarked
package io.slipway.pipeline.text.pattern;

import org.jspecify.annotations.NullMarked;
