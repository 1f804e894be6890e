/// ONNX Runtime: sessions and runs, and the check of bundles in a separate process.
@NullMarked
package io.slipway.onnx;

import org.jspecify.annotations.NullMarked;
