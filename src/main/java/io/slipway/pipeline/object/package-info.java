/// Reading requests into the columns of rows: one reader per kind of business object.
@NullMarked
package io.slipway.pipeline.object;

import org.jspecify.annotations.NullMarked;
