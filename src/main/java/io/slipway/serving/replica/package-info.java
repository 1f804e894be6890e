/// This replica among others: what it reports, and how it waits for the rest.
@NullMarked
package io.slipway.serving.replica;

import org.jspecify.annotations.NullMarked;
