/// Reads and checks ONNX files before the runtime opens them.
@NullMarked
package io.slipway.onnx.graph;

import org.jspecify.annotations.NullMarked;
