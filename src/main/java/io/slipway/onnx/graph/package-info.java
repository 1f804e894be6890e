/// What an ONNX file says of itself, read before the runtime sees it.
@NullMarked
package io.slipway.onnx.graph;

import org.jspecify.annotations.NullMarked;
