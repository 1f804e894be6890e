package io.slipway.serving.run;

/// The protocol of a predict call.
public enum Protocol {
  /// `/models/{model}/predict`, including streams and explanations.
  NATIVE,
  /// Open Inference V2, over REST or gRPC.
  OPEN_INFERENCE,
  /// TensorFlow Serving's REST API, and KServe V1, which has the same paths.
  TENSORFLOW,
  /// SageMaker's `/invocations`.
  SAGEMAKER
}
