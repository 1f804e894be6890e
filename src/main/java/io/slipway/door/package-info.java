/// The path from a request to its prediction, the same for every protocol, and what the doors
/// share: limits, bodies, deadlines, leases.
@NullMarked
package io.slipway.door;

import org.jspecify.annotations.NullMarked;
