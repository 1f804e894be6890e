/// What the operator wants told elsewhere: events of the registry, signed, in order, and only to
/// where the configuration says.
@NullMarked
package io.slipway.ops.webhook;

import org.jspecify.annotations.NullMarked;
