package io.slipway.serving.run;

/// The protocol in which a call for predictions came.
public enum Protocol {
  /// `/models/{model}/predict`, its streams and explanations.
  NATIVE,
  /// Open Inference V2, over REST or gRPC.
  OPEN_INFERENCE,
  /// TensorFlow Serving's REST, and KServe V1, which shares its paths.
  TENSORFLOW,
  /// SageMaker's `/invocations`.
  SAGEMAKER
}
