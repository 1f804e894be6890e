/// Webhooks: events of the registry, signed and in order, delivered to configured targets only.
@NullMarked
package io.slipway.ops.webhook;

import org.jspecify.annotations.NullMarked;
