/// Preprocessing and decoding: from business object to tensors, from tensors to decision. Pure
/// functions, compiled once per bundle.
@NullMarked
package io.slipway.pipeline;

import org.jspecify.annotations.NullMarked;
