/// The native contract of the gateway: predict, explain, streams, and what a model takes and gives.
@NullMarked
package io.slipway.api.predict;

import org.jspecify.annotations.NullMarked;
