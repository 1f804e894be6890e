/// Conversion between columns and tensors: binding rows to a model's inputs, reading its outputs.
@NullMarked
package io.slipway.pipeline.tensor;

import org.jspecify.annotations.NullMarked;
