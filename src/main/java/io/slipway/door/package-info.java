/// What the doors of the gateway have in common, whatever protocol they speak: limits, bodies,
/// deadlines, leases.
@NullMarked
package io.slipway.door;

import org.jspecify.annotations.NullMarked;
