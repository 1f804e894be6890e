/// The gateway's own API: predict, explain, streams, and descriptions of models.
@NullMarked
package io.slipway.api.predict;

import org.jspecify.annotations.NullMarked;
