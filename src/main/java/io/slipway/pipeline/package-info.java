/// From business object to tensors, from tensors to decision; pure functions, compiled once.
@NullMarked
package io.slipway.pipeline;

import org.jspecify.annotations.NullMarked;
