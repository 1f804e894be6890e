/// The one way from a request to its prediction, whatever protocol it comes in, and what else the
/// doors of the gateway have in common: limits, bodies, deadlines, leases.
@NullMarked
package io.slipway.door;

import org.jspecify.annotations.NullMarked;
