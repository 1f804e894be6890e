/// The Open Inference Protocol, version 2, over REST and gRPC, with Triton's extensions.
@NullMarked
package io.slipway.openinference;

import org.jspecify.annotations.NullMarked;
