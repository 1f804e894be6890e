/// Inputs that are made up from what a graph declares and does, for graphs without examples.
@NullMarked
package io.slipway.onnx.madeup;

import org.jspecify.annotations.NullMarked;
