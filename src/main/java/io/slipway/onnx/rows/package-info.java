/// Whether the rows of one run can influence each other, told by the graph alone.
@NullMarked
package io.slipway.onnx.rows;

import org.jspecify.annotations.NullMarked;
