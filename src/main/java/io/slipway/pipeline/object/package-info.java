/// From the bytes of a request to the columns of a row: one reader for each kind of business
/// object.
@NullMarked
package io.slipway.pipeline.object;

import org.jspecify.annotations.NullMarked;
