/// Compatible APIs for clients of other servers: TensorFlow Serving's REST API, KServe V1 and
/// SageMaker.
@NullMarked
package io.slipway.peers;

import org.jspecify.annotations.NullMarked;
