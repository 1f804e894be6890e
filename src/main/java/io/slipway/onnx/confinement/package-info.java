/// What the kernel refuses to the process that tries a bundle: network, other processes, other
/// files, more than its share of anything; and the place behind others of work that can wait.
@NullMarked
package io.slipway.onnx.confinement;

import org.jspecify.annotations.NullMarked;
