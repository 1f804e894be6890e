/// Shows the documentation, as it lies in the jar, at `/docs`; depends on nothing else.
@NullMarked
package io.slipway.manual;

import org.jspecify.annotations.NullMarked;
