/// Steps on numbers, categories and dates.
@NullMarked
package io.slipway.pipeline.number;

import org.jspecify.annotations.NullMarked;
