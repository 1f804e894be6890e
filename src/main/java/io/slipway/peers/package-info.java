/// The JSON protocols of other servers, for their clients: TensorFlow Serving's REST, KServe V1 and
/// SageMaker.
@NullMarked
package io.slipway.peers;

import org.jspecify.annotations.NullMarked;
