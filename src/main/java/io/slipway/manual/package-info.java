/// Serves the documentation, packaged in the jar, at `/docs`. Depends on no other package.
@NullMarked
package io.slipway.manual;

import org.jspecify.annotations.NullMarked;
