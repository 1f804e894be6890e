/// Analysis of a graph: whether the rows of one run can influence each other.
@NullMarked
package io.slipway.onnx.rows;

import org.jspecify.annotations.NullMarked;
