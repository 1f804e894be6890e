/// Monitoring in the native API: baselines and drift.
@NullMarked
package io.slipway.api.monitoring;

import org.jspecify.annotations.NullMarked;
