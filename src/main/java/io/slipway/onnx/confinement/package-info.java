/// Operating-system confinement of the process that checks a bundle: no network, no other
/// processes, no other files, limited resources; and low priority for background work.
@NullMarked
package io.slipway.onnx.confinement;

import org.jspecify.annotations.NullMarked;
