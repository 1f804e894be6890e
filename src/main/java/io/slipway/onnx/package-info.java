/// Sessions, and the probe that runs in a process of its own.
@NullMarked
package io.slipway.onnx;

import org.jspecify.annotations.NullMarked;
